/**
 * The story of an asynchronous copy: a database on two volumes, a line that is too slow for it, an overflow and the way back, and a site
 * that is destroyed. What is left at the other site is proved to be a moment of the database's life.
 */
import { appendFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import type { Home } from '../../cli/up/home.js';
import { Relay } from '../relay/relay.js';
import { Database, judgeDatabase, type DatabaseVolumes } from './database.js';
import { mib } from './narrator.js';
import type { StreamView } from './operator.js';
import { address, bothNodesInService, refused, type Stage, WRITE_TIMEOUT_MS } from './stage.js';

const LOG_MIB = 64;
const TABLE_MIB = 256;
/** Of the log, for what the other site lacks: small, so that it overflows while one looks on. */
const SHARE_MIB = 16;
const LARGE_SHARE_MIB = 512;
/** 2 Mbit/s. */
const SLOW_BYTES_PER_SECOND = 250_000;
const LOOKS = 3;
const LOOK_MS = 1000;

/** A database that is being copied. */
interface Play extends Stage {
  readonly line: Relay;
  readonly database: Database;
  readonly group: number;
  readonly copies: DatabaseVolumes;
}

/** Puts a relay in front of site-b's peer port, before site-b starts: the line between the sites. */
export async function openLine(home: Home): Promise<Relay> {
  const { peer } = await home.nodeFile('site-b', false);
  const line = await Relay.open(peer);
  appendFileSync(home.nodeSettingsFile('site-b'), stringify({ 'advertise-peer': line.address }));
  return line;
}

export async function tellConsistencyStory(stage: Stage, line: Relay): Promise<void> {
  await bothNodesInService(stage);
  const play = await copyDatabase(stage, line);
  await fallBehind(play);
  await overflow(play);
  const safe = await comeBack(play);
  await loseSite(play);
  const left = await openCopies(play, safe);
  await goOn(play, left);
}

async function copyDatabase(stage: Stage, line: Relay): Promise<Play> {
  const { narrator, operator } = stage;
  narrator.step('Two volumes on site-a: a database writes its log to one, then its table to the other');
  const ids = [
    await operator.createVolume('redo', 'site-a', LOG_MIB),
    await operator.createVolume('table', 'site-a', TABLE_MIB),
  ];
  const at = (node: string) => ({ log: address(stage, node, 'redo'), table: address(stage, node, 'table') });
  const database = await Database.open(at('site-a'));
  database.start();
  await database.commit(200, WRITE_TIMEOUT_MS);
  narrator.say(workOf(database));

  narrator.step('rec_consis_create: both volumes become one group, copied to site-b in the order of their writes');
  const group = await operator.copyGroup('ledger', ids, 'site-b', SHARE_MIB);
  const play = { ...stage, line, database, group, copies: at('site-b') };
  const stream = await operator.stream(group);
  narrator.check(
    'both copies are Equivalent, made while the database went on',
    stream.phase === 'Equivalent' && stream.copysession_id_list.length === 2 && database.failures.length === 0,
    `${stream.status}/${stream.phase}, ${stream.data_state}; ${workOf(database)}`,
  );
  await refused(stage, 'a copy is closed to hosts while it is a copy', play.copies.table);
  return play;
}

async function fallBehind(play: Play): Promise<void> {
  const { narrator, line, database } = play;
  narrator.step(`The line between the sites becomes slow: ${(SLOW_BYTES_PER_SECOND * 8) / 1e6} Mbit/s`);
  const before = database.transactions;
  database.longestMs = 0;
  line.become({ bytesPerSecond: SLOW_BYTES_PER_SECOND });
  const lags = await watchLag(play);
  narrator.check(
    'the other site falls behind, and the database does not wait for it',
    database.failures.length === 0 && database.transactions > before && lags.at(-1)! > 0,
    `${database.transactions - before} transactions meanwhile; the slowest write took ${Math.round(database.longestMs)} ms`,
  );
}

async function overflow({ narrator, operator, database, group }: Play): Promise<void> {
  narrator.step(`The backlog outgrows its share of the log, ${SHARE_MIB} MiB`);
  const stream = await operator.waitForStream(group, 'on its map', ({ logging_to }) => logging_to === 'Dcm');
  await database.commit(50, WRITE_TIMEOUT_MS);
  narrator.check(
    'the change map takes over, and the database goes on',
    database.failures.length === 0,
    `${lagOf(stream)}, remembered in the ${stream.logging_to}; ${workOf(database)}`,
  );
}

/** @returns the transactions that are known to be at the other site */
async function comeBack({ narrator, operator, line, database, group }: Play): Promise<number> {
  narrator.step('The line is good again: the marked regions are copied, then the log goes on');
  const [id] = (await operator.stream(group)).copysession_id_list;
  const before = await operator.session(id!);
  line.become({});
  const isBack = (stream: StreamView) => stream.phase === 'Equivalent' && stream.logging_to === 'Srl';
  const stream = await operator.waitForStream(group, 'back on its log', isBack);
  const sent = (await operator.session(id!)).transferred_bytes - before.transferred_bytes;
  const whole = (LOG_MIB + TABLE_MIB) * 1024 * 1024;
  narrator.check(
    'it is back on its log without a full copy',
    stream.status === 'Active' && stream.data_state === 'Consistent' && sent > 0 && sent < whole / 2,
    `${stream.status}/${stream.phase}, ${stream.data_state}; ${mib(sent)} sent, of volumes of ${mib(whole)}`,
  );
  await database.stop();
  await operator.waitForStream(group, 'without a lag', ({ lag }) => lag?.writes === 0);
  narrator.check(
    'the lag is gone once the database pauses',
    database.failures.length === 0,
    `${workOf(database)}, all of them at both sites`,
  );
  await operator.changeSession(id!, { srl_share_mb: LARGE_SHARE_MIB });
  database.start();
  return database.transactions;
}

async function loseSite(play: Play): Promise<void> {
  const { narrator, installation, line, database } = play;
  narrator.step('The line is slow once more, and then site-a is destroyed: kill -9, its data deleted, the line cut');
  line.become({ bytesPerSecond: SLOW_BYTES_PER_SECOND });
  await watchLag(play);
  // First, or what the line has taken would still arrive.
  line.close();
  await installation.process('site-a').kill();
  await database.lost();
  rmSync(installation.nodes.find((node) => node.name === 'site-a')!.data, { recursive: true });
  narrator.say(`${workOf(database)}, and no disk`);
}

/** @returns the transaction that the database ends at */
async function openCopies({ narrator, operator, database, group, copies }: Play, safe: number): Promise<number> {
  narrator.step('Forced suspend of the group: site-b opens both copies alone, at one moment');
  await operator.waitForNode('site-a', 'Offline');
  const stream = await operator.suspendGroup(group, true);
  const opened = await Promise.all(stream.copysession_id_list.map((id) => operator.session(id)));
  const volumes = await Promise.all(opened.map((each) => operator.volume(each.destination_volume_id)));
  narrator.check(
    'the copies are open to hosts',
    opened.every(({ status }) => status === 'Suspend') && volumes.every(({ access }) => access === 'Read_Write'),
    `sessions ${stream.status}; ${volumes.map(({ name, access }) => `${name} ${access}`).join(', ')}`,
  );
  const { logged, complete, faults } = await judgeDatabase(copies);
  narrator.check(
    'they are the database at one moment: transaction n implies all before it, a page of the table its page of the log',
    faults.length === 0,
    faults[0] ?? `read over NBD: log up to ${logged}, table up to ${complete}, every checksum holds`,
  );
  // The transaction in flight at the end may be there, although nobody was told.
  narrator.check(
    'only the latest transactions are missing, those of the lag',
    complete >= safe && logged <= database.transactions + 1,
    `${complete} of ${database.transactions} transactions, of which ${safe} were known to be there`,
  );
  return logged;
}

async function goOn({ narrator, operator, group, copies }: Play, logged: number): Promise<void> {
  narrator.step('The database recovers at site-b, from its log, and goes on there');
  // Its last page of the log may have no page of the table yet: that transaction is done again.
  const database = await Database.open(copies, logged - 1);
  database.start();
  await database.commit(200, WRITE_TIMEOUT_MS);
  await database.close();
  const { complete, faults } = await judgeDatabase(copies);
  const { status } = await operator.stream(group);
  narrator.check(
    'business goes on from that moment',
    database.failures.length === 0 && faults.length === 0 && complete === database.transactions,
    faults[0] ?? `transactions up to ${complete}, all of them right; session ${status}`,
  );
}

/** Shows the lag a few times. @returns how many writes it was each time */
async function watchLag({ narrator, operator, group, database }: Play): Promise<number[]> {
  const lags: number[] = [];
  for (let look = 0; look < LOOKS; look++) {
    await sleep(LOOK_MS);
    const stream = await operator.stream(group);
    narrator.say(`${workOf(database)}; site-b is ${lagOf(stream)} behind`);
    lags.push(stream.lag?.writes ?? 0);
  }
  return lags;
}

function lagOf({ lag }: StreamView): string {
  return lag === null ? 'unknown' : `${lag.writes} writes, ${mib(lag.bytes)}, ${lag.seconds.toFixed(1)} s`;
}

function workOf({ transactions, failures }: Database): string {
  return `${transactions} transactions complete, ${failures.length} writes failed ${failures[0] ?? ''}`.trimEnd();
}
