/** Our side: real storage node processes, driven over their admin API, with peers in plain as qemu's are. */
import path from 'node:path';
import { newUid, type VolumeUid } from '../../model/ids.js';
import type { SessionSettings, TransferMode } from '../../model/session.js';
import { GIB } from '../../model/sizes.js';
import type { SessionState } from '../../node-api/contract.js';
import { isEquivalent, NodePair, PAIR_EXPORT, type NodePairOptions } from '../node-process/node-pair.js';
import { NodeProcess } from '../node-process/node-process.js';
import { writeCertificate, type CertificateFiles } from './certificate-files.js';
import { fill, VOLUME_BYTES, type NbdExport } from './fio.js';
import { commandLine } from './programs.js';
import type { Side } from './side.js';

const EXPORT_NAME = 'disk';
/** For copies and backlogs of the whole volume, also on a busy machine. */
export const COPY_TIMEOUT_MS = 300_000;

export function commandOf(node: NodeProcess): string {
  return commandLine('evenkeel', ['node', ...node.commandArguments]);
}

export function pairExport(pair: NodePair): NbdExport {
  return { port: pair.source.nbdPort, name: PAIR_EXPORT };
}

/** A volume alone, in no session. */
export function startEvenkeelLocal(folder: string): Promise<Side> {
  return startVolume(path.join(folder, 'evenkeel-local'), 'evenkeel, local volume', null);
}

/** The same, attached over TLS. */
export async function startEvenkeelTls(folder: string): Promise<Side> {
  const tls = await writeCertificate(path.join(folder, 'evenkeel-certificate'));
  return startVolume(path.join(folder, 'evenkeel-tls'), 'evenkeel, local volume over TLS', tls);
}

async function startVolume(dataDirectory: string, name: string, tls: CertificateFiles | null): Promise<Side> {
  const flags = tls === null ? [] : ['--nbd-tls-cert', tls.certificate, '--nbd-tls-key', tls.key];
  const node = await NodeProcess.start({ name: 'local', dataDirectory, flags });
  await node.client.putVolume({
    uid: newUid<VolumeUid>(),
    name: EXPORT_NAME,
    label: 1,
    sizeBytes: VOLUME_BYTES,
    writeCache: 'Writeback',
    backing: { type: 'File' },
    isOverwrite: false,
    allowedClients: ['127.0.0.0/8'],
    isCopyProtected: false,
    createdTime: new Date().toISOString(),
  });
  const target = { port: node.nbdPort, name: EXPORT_NAME, isTls: tls !== null };
  await fill(target);
  return {
    name,
    target,
    commands: [commandOf(node)],
    settle: () => Promise.resolve(),
    stop: () => node.dispose(),
  };
}

/** Two nodes with a full source volume and no session yet. */
export async function startEvenkeelPair(folder: string, options: Partial<NodePairOptions> = {}): Promise<NodePair> {
  const pair = await NodePair.start({ folder, sizeBytes: VOLUME_BYTES, srlSizeBytes: GIB, ...options });
  try {
    await fill(pairExport(pair));
    return pair;
  } catch (error) {
    await pair.dispose();
    throw error;
  }
}

/** Makes the session of a pair and waits until its copy is done. */
export async function mirror(pair: NodePair): Promise<void> {
  await pair.createSession();
  await pair.waitForEquivalent(COPY_TIMEOUT_MS);
}

/** Waits until the destination has all that the source has. */
export async function settle(pair: NodePair): Promise<void> {
  await pair.waitForSession('without a lag', hasNoLag, { timeoutMs: COPY_TIMEOUT_MS });
}

export function hasNoLag(state: SessionState): boolean {
  return isEquivalent(state) && state.lag.writes === 0;
}

/** The source of a session that is Equivalent. */
export async function startEvenkeelSession(
  folder: string,
  transferMode: TransferMode,
  settings: Partial<SessionSettings> = {},
): Promise<Side> {
  const place = path.join(folder, `evenkeel-${transferMode.toLowerCase()}`);
  const pair = await startEvenkeelPair(place, { settings: { transferMode, ...settings } });
  try {
    await mirror(pair);
  } catch (error) {
    await pair.dispose();
    throw error;
  }
  return {
    name: `evenkeel, ${transferMode} session`,
    target: pairExport(pair),
    commands: [commandOf(pair.a), commandOf(pair.b)],
    settle: () => settle(pair),
    stop: () => pair.dispose(),
  };
}
