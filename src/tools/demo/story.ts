/**
 * The story: a host writes, either node is lost, and nothing that was acknowledged is. Every step ends in claims that are checked
 * against the running system, from outside: over NBD and REST.
 */
import { renameSync } from 'node:fs';
import { compareVolumes, type HostAddress, HostWriter, readVolume } from './host-writer.js';
import { ImageModel } from './image-model.js';
import { mib } from './narrator.js';
import type { SessionView } from './operator.js';
import { address, bothNodesInService, refused, type Stage, WRITE_TIMEOUT_MS } from './stage.js';

const CAPACITY_MIB = 128;
const HEARTBEAT_TIMEOUT_SECONDS = 2;
/** Above the payload of the differences: headers, and records that were in flight. */
const OVERHEAD = 1.1;

export async function tellStory(stage: Stage): Promise<void> {
  const { narrator, operator } = stage;
  await bothNodesInService(stage);

  narrator.step('A volume on site-a; a host attaches it over NBD and writes');
  const volumeId = await operator.createVolume('orders', 'site-a', CAPACITY_MIB);
  const volume = await operator.volume(volumeId);
  const model = new ImageModel(volume.capacity_bytes);
  const source = address(stage, 'site-a', volume.name);
  let host = await HostWriter.attach(source, model);
  host.start();
  await host.acknowledge(300, WRITE_TIMEOUT_MS);
  narrator.check('the volume takes writes', host.failures.length === 0, writesOf(host));

  const session = await mirrorUnderWrites(stage, host, volumeId);
  const mirror = address(stage, 'site-b', (await operator.volume(session.destination_volume_id)).name);
  await refused(stage, 'the mirror is closed to hosts while it is a mirror', mirror);

  await loseDestination(stage, host, session);
  const hidden = await loseSource(stage, host);
  await openMirror(stage, session, mirror, model);

  narrator.step('Business goes on at site-b: new writes at the mirror');
  host = await HostWriter.attach(mirror, model);
  host.mark();
  host.start();
  await host.acknowledge(400, WRITE_TIMEOUT_MS);
  await host.detach();
  narrator.check('the mirror takes writes', host.failures.length === 0, writesOf(host));

  await returnOldSite(stage, session, source, hidden);
  await restore(stage, session, host.regionsWritten);
  await finish(stage, session, source, mirror, model);
}

async function mirrorUnderWrites({ narrator, operator }: Stage, host: HostWriter, volumeId: number) {
  narrator.step('rec_sync_create: a Synchronous mirror on site-b, made while the host goes on writing');
  const session = await operator.mirror(volumeId, 'site-b', HEARTBEAT_TIMEOUT_SECONDS);
  narrator.check(
    'the mirror is Equivalent',
    session.status === 'Active' && session.phase === 'Equivalent',
    `${session.status}/${session.phase}; ${mib(session.transferred_bytes)} sent for a volume of ${CAPACITY_MIB} MiB`,
  );
  await host.acknowledge(300, WRITE_TIMEOUT_MS);
  narrator.check('no write failed meanwhile', host.failures.length === 0, writesOf(host));
  return session;
}

async function loseDestination({ narrator, installation, operator }: Stage, host: HostWriter, session: SessionView) {
  narrator.step('kill -9 of the destination, site-b, under load');
  const id = session.copysession_id;
  host.mark();
  const before = await operator.session(id);
  await installation.process('site-b').kill();
  await host.acknowledge(300, WRITE_TIMEOUT_MS);
  const halted = await operator.waitFor(id, 'Halt');
  narrator.check(
    'the host goes on without its mirror',
    host.failures.length === 0,
    `session ${halted.status}; ${writesOf(host)}; the slowest since took ${Math.round(host.longestMs)} ms`,
  );
  await host.stop();

  narrator.step('site-b comes back: resync by differences');
  await installation.startNode('site-b');
  const equal = await operator.waitFor(id, 'Active', 'Equivalent');
  const sent = equal.transferred_bytes - before.transferred_bytes;
  const atMost = host.regionsWritten * session.resolution;
  narrator.check(
    'only differences were sent',
    sent > 0 && sent <= OVERHEAD * atMost,
    `${mib(sent)}; ${host.regionsWritten} changed regions x ${session.resolution / 1024} KiB = ${mib(atMost)}`,
  );
  host.start();
  await host.acknowledge(300, WRITE_TIMEOUT_MS);
}

/** @returns where the data directory was moved, and where it belongs */
async function loseSource({ narrator, installation }: Stage, host: HostWriter): Promise<{ from: string; to: string }> {
  narrator.step('kill -9 of the source, site-a, under load; its data directory is moved out of reach');
  await installation.process('site-a').kill();
  await host.lost();
  const from = installation.nodes.find((node) => node.name === 'site-a')!.data;
  const to = `${from}.out-of-reach`;
  renameSync(from, to);
  narrator.say(`the host has ${host.acknowledgedWrites} acknowledged writes, and no disk`);
  return { from, to };
}

async function openMirror({ narrator, operator }: Stage, session: SessionView, mirror: HostAddress, model: ImageModel) {
  narrator.step('Forced suspend: site-b opens the mirror alone');
  const expected = model.checksum;
  await operator.waitForNode('site-a', 'Offline');
  const suspended = await operator.suspend(session.copysession_id, true);
  const { access } = await operator.volume(session.destination_volume_id);
  narrator.check(
    'the mirror is open to hosts',
    suspended.status === 'Suspend' && access === 'Read_Write',
    `session ${suspended.status}, access ${access}`,
  );
  let [right, wrong, unsure] = [0, 0, 0];
  await readVolume(mirror, (offset, data) => {
    const found = model.compare(offset, data);
    right += found.rightBlocks;
    wrong += found.wrongBlocks.length;
    unsure += found.unsureBlocks;
  });
  narrator.check(
    'the mirror holds every acknowledged write',
    wrong === 0 && right === model.blockCount,
    `read over NBD: ${right} of ${model.blockCount} blocks as the host knows them, ${unsure} of them cut off in flight; ` +
      `checksum ${expected} before the disaster, ${model.checksum} now`,
  );
}

async function returnOldSite(
  stage: Stage,
  session: SessionView,
  source: HostAddress,
  hidden: { from: string; to: string },
) {
  const { narrator, installation, operator } = stage;
  narrator.step('The old site is put back');
  renameSync(hidden.to, hidden.from);
  await Promise.all([
    installation.startNode('site-a'),
    refused(stage, 'the old source does not answer a host', source),
  ]);
  await operator.waitForNode('site-a', 'Online');
  const { status } = await operator.session(session.copysession_id);
  const { access, access_reason } = await operator.volume(session.source_volume_id);
  narrator.check(
    'nothing moves by itself',
    status === 'Suspend' && access !== 'Read_Write',
    `session ${status}; old source: access ${access} (${access_reason})`,
  );
  await refused(stage, 'nor does it later', source);
}

async function restore({ narrator, operator }: Stage, session: SessionView, regionsWritten: number) {
  narrator.step('rec_sync_consis_recover: site-a is restored from its mirror, and mirrored as before');
  const restored = await operator.recover(session);
  narrator.check(
    'the old direction runs again',
    restored.source_volume_id === session.source_volume_id && restored.phase === 'Equivalent',
    `${restored.status}/${restored.phase}; ${regionsWritten} regions were changed at the mirror`,
  );
}

async function finish(stage: Stage, session: SessionView, source: HostAddress, mirror: HostAddress, model: ImageModel) {
  const { narrator, operator } = stage;
  narrator.step('The host is back at site-a; then both volumes are compared');
  const host = await HostWriter.attach(source, model);
  host.start();
  await host.acknowledge(300, WRITE_TIMEOUT_MS);
  await host.detach();
  await operator.suspend(session.copysession_id, false);
  let wrong = 0;
  await readVolume(source, (offset, data) => (wrong += model.compare(offset, data).wrongBlocks.length));
  narrator.check(
    'the source holds every write of the whole story',
    wrong === 0,
    `${model.blockCount - wrong} of ${model.blockCount} blocks right, checksum ${model.checksum}`,
  );
  const { bytes, differing } = await compareVolumes(source, mirror);
  narrator.check('source and mirror are equal, byte for byte', differing === 0, `${bytes} bytes, ${differing} differ`);
  const resumed = await operator.resume(session.copysession_id);
  narrator.check('and they stay a pair', resumed.phase === 'Equivalent', `${resumed.status}/${resumed.phase}`);
}

function writesOf({ acknowledgedWrites, failures }: HostWriter): string {
  return `${acknowledgedWrites} writes acknowledged, ${failures.length} failed ${failures[0] ?? ''}`.trimEnd();
}
