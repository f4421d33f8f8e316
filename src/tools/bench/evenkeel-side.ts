/** Our side: real storage node processes, driven over their admin API, with peers in plain as qemu's are. */
import path from 'node:path';
import { newUid, type VolumeUid } from '../../model/ids.js';
import { GIB } from '../../model/sizes.js';
import { NodePair, PAIR_EXPORT } from '../node-process/node-pair.js';
import { NodeProcess } from '../node-process/node-process.js';
import { fill, VOLUME_BYTES, type NbdExport } from './fio.js';
import { commandLine } from './programs.js';
import type { Side } from './side.js';

const EXPORT_NAME = 'disk';

function commandOf(node: NodeProcess): string {
  return commandLine('evenkeel', ['node', ...node.commandArguments]);
}

export function pairExport(pair: NodePair): NbdExport {
  return { port: pair.source.nbdPort, name: PAIR_EXPORT };
}

/** A volume alone, in no session. */
export async function startEvenkeelLocal(folder: string): Promise<Side> {
  const node = await NodeProcess.start({ name: 'local', dataDirectory: path.join(folder, 'evenkeel-local') });
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
  const target = { port: node.nbdPort, name: EXPORT_NAME };
  await fill(target);
  return { name: 'evenkeel, local volume', target, commands: [commandOf(node)], stop: () => node.dispose() };
}

/** Two nodes with a full source volume and no session yet. */
export async function startEvenkeelPair(folder: string): Promise<NodePair> {
  const pair = await NodePair.start({ folder, sizeBytes: VOLUME_BYTES, srlSizeBytes: GIB });
  await fill(pairExport(pair));
  return pair;
}

/** The source of a Synchronous session that is Equivalent. */
export async function startEvenkeelSynchronous(folder: string): Promise<Side> {
  const pair = await startEvenkeelPair(path.join(folder, 'evenkeel-sync'));
  await pair.createSession();
  await pair.waitForEquivalent();
  return {
    name: 'evenkeel, Synchronous session',
    target: pairExport(pair),
    commands: [commandOf(pair.a), commandOf(pair.b)],
    stop: () => pair.dispose(),
  };
}
