/**
 * Which operation is allowed in which state of a copy session: the one table that the service, the node, the documents and the
 * tests read (promise C51). A cell is `yes`, or the registry name of the refusal.
 *
 * Reserved/Copying is a copy that waits for a slot (promise C58): but for that nothing moves yet, it is one that copies.
 *
 * Changing the transfer mode (promise C65): to an asynchronous mode always, since that is what an operator does when a slow or lost
 * destination makes hosts wait. While the session copies, the new mode holds once the copy is done (`effective_mode` is Through until
 * then); of one in Suspend or Error, once it is resumed. To Synchronous not in Halt or Error: under split mode Manual host writes would
 * begin to fail at that moment.
 */
import { isAsynchronous, type SessionPhase, type SessionStatus, type TransferMode } from './session.js';

export type SessionState = `${SessionStatus}/${SessionPhase}`;

export const SESSION_STATES = [
  'Reserved/No_Pair',
  'Reserved/Copying',
  'Active/Copying',
  'Active/Equivalent',
  'Suspend/Copying',
  'Suspend/Equivalent',
  'Halt/Copying',
  'Halt/Equivalent',
  'Error/No_Pair',
  'Error/Copying',
  'Error/Equivalent',
] as const satisfies readonly SessionState[];
export type ReachableState = (typeof SESSION_STATES)[number];

export const SESSION_OPERATIONS = [
  'patch',
  'make-asynchronous',
  'make-synchronous',
  'suspend',
  'suspend-force',
  'resume',
  'reverse',
  'delete',
  'delete-force',
] as const;
export type SessionOperation = (typeof SESSION_OPERATIONS)[number];

export type Verdict =
  | 'yes'
  | 'SESSION_NOT_ESTABLISHED'
  | 'SESSION_NOT_EQUIVALENT'
  | 'SESSION_ALREADY_SUSPENDED'
  | 'SESSION_ALREADY_ACTIVE'
  | 'SESSION_NOT_SUSPENDED'
  | 'SESSION_IN_ERROR'
  | 'SESSION_HALTED'
  | 'SESSION_NOT_ACTIVE'
  | 'SESSION_LOST';

const yes = 'yes';
const notEstablished = 'SESSION_NOT_ESTABLISHED';
const notEquivalent = 'SESSION_NOT_EQUIVALENT';
const alreadySuspended = 'SESSION_ALREADY_SUSPENDED';
const alreadyActive = 'SESSION_ALREADY_ACTIVE';
const notSuspended = 'SESSION_NOT_SUSPENDED';
const inError = 'SESSION_IN_ERROR';
const halted = 'SESSION_HALTED';
const notActive = 'SESSION_NOT_ACTIVE';
const lost = 'SESSION_LOST';

// prettier-ignore
export const SESSION_TABLE: Record<ReachableState, Record<SessionOperation, Verdict>> = {
  //                       patch           make-asynchronous  make-synchronous  suspend           suspend-force     resume          reverse         delete         delete-force
  'Reserved/No_Pair':  row(notEstablished, notEstablished,    notEstablished,   notEstablished,   notEstablished,   notEstablished, notEstablished, notEquivalent, yes),
  'Reserved/Copying':  row(yes,            yes,               yes,              notEquivalent,    yes,              alreadyActive,  notSuspended,   notEquivalent, yes),
  'Active/Copying':    row(yes,            yes,               yes,              notEquivalent,    yes,              alreadyActive,  notSuspended,   notEquivalent, yes),
  'Active/Equivalent': row(yes,            yes,               yes,              yes,              yes,              alreadyActive,  notSuspended,   yes,           yes),
  'Suspend/Copying':   row(yes,            yes,               yes,              alreadySuspended, alreadySuspended, yes,            notEquivalent,  notEquivalent, yes),
  'Suspend/Equivalent':row(yes,            yes,               yes,              alreadySuspended, alreadySuspended, yes,            yes,            yes,           yes),
  'Halt/Copying':      row(yes,            yes,               halted,           notEquivalent,    yes,              yes,            notSuspended,   notEquivalent, yes),
  'Halt/Equivalent':   row(yes,            yes,               halted,           notEquivalent,    yes,              yes,            notSuspended,   notEquivalent, yes),
  'Error/No_Pair':     row(lost,           lost,              lost,             lost,             lost,             lost,           lost,           lost,          yes),
  'Error/Copying':     row(yes,            yes,               inError,          inError,          inError,          yes,            notSuspended,   notEquivalent, yes),
  'Error/Equivalent':  row(yes,            yes,               inError,          inError,          inError,          yes,            notSuspended,   notEquivalent, yes),
};

/** Whether volumes can be added to the group of a session, and taken away (promise C47): both of its ends must take part. */
export const MEMBERSHIP_TABLE: Record<ReachableState, Verdict> = {
  'Reserved/No_Pair': notEstablished,
  'Reserved/Copying': yes,
  'Active/Copying': yes,
  'Active/Equivalent': yes,
  'Suspend/Copying': notActive,
  'Suspend/Equivalent': notActive,
  'Halt/Copying': notActive,
  'Halt/Equivalent': notActive,
  'Error/No_Pair': lost,
  'Error/Copying': inError,
  'Error/Equivalent': inError,
};

function row(...cells: Verdict[]): Record<SessionOperation, Verdict> {
  return Object.fromEntries(SESSION_OPERATIONS.map((operation, index) => [operation, cells[index]!])) as Record<
    SessionOperation,
    Verdict
  >;
}

export function judge(operation: SessionOperation, status: SessionStatus, phase: SessionPhase): Verdict {
  return SESSION_TABLE[`${status}/${phase}` as ReachableState]?.[operation] ?? notEstablished;
}

export function judgeMembership(status: SessionStatus, phase: SessionPhase): Verdict {
  return MEMBERSHIP_TABLE[`${status}/${phase}` as ReachableState] ?? notEstablished;
}

/** What a PATCH asks for: other rules hold when it changes the transfer mode. */
export function patchOperation(present: TransferMode, wanted: TransferMode): SessionOperation {
  if (present === wanted) return 'patch';
  return isAsynchronous({ transferMode: wanted }) ? 'make-asynchronous' : 'make-synchronous';
}
