import type { RequestMark } from '../../node-api/request-mark.js';
import type { Command, Desired } from './desired.js';

/** Tells which unfinished job a command serves; null for one that serves none, such as the removal of something left over. */
export function commandCauses({
  operations,
  streams,
}: Pick<Desired, 'operations' | 'streams'>): (command: Command) => RequestMark | null {
  const byUid = new Map<string, RequestMark>();
  for (const { uid, jobId, requestId = null } of operations) byUid.set(uid, { jobId, requestId });
  for (const { uid, specs, leaving } of streams) {
    const mark = byUid.get(uid);
    if (mark === undefined) continue;
    for (const sessionUid of [...specs.map((spec) => spec.uid), ...leaving]) byUid.set(sessionUid, mark);
  }
  return (command) => byUid.get(subjectOf(command)) ?? null;
}

function subjectOf(command: Command): string {
  switch (command.call) {
    case 'enrol':
    case 'putNode':
      return command.nodeUid;
    case 'putVolume':
      return command.spec.uid;
    case 'putSessions':
    case 'suspendSessions':
      return command.specs[0]?.uid ?? '';
    default:
      return command.uid;
  }
}
