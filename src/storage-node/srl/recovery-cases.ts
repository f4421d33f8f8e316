/**
 * What recovery does at a place of the log where the next record is expected. The rows are tried from the first on; each is a test.
 *
 * A log ends at the first thing that is not the expected record. That is the ordinary end (zeros, or records of an earlier use of
 * the file), or a tail that a crash tore. Only where a record was known to be durable is it damage.
 */

/** What is found where a record is expected. */
export interface Finding {
  /** A record header stands there, its checksum holds, and the record ends inside the segment. */
  readonly isHeaderOk: boolean;
  /** Its LSN, predecessor CRC and running bytes continue the record before. False without a header. */
  readonly isInOrder: boolean;
  /** Its payload has its checksum. False without a header. */
  readonly isBodyOk: boolean;
  /** The next segment begins with the expected record: this one was closed here. */
  readonly isContinued: boolean;
  /** The expected record was known to be durable. */
  readonly isBelowDurable: boolean;
  /** Replay does not need the expected record. */
  readonly isBelowFloor: boolean;
}

/**
 * keep: the record is part of the log. proceed: go on in the next segment. cut: the log ends here, what follows is removed.
 * refuse: the log is damaged, nothing is changed.
 */
export type Verdict = 'keep' | 'proceed' | 'cut' | 'refuse';

type Condition = boolean | 'any';

export interface RecoveryCase {
  readonly label: string;
  readonly when: { readonly [Fact in keyof Finding]: Condition };
  readonly verdict: Verdict;
  readonly because: string;
}

function recoveryCase(
  label: string,
  [isHeaderOk, isInOrder, isBodyOk, isContinued, isBelowDurable, isBelowFloor]: readonly [
    Condition,
    Condition,
    Condition,
    Condition,
    Condition,
    Condition,
  ],
  verdict: Verdict,
  because: string,
): RecoveryCase {
  return {
    label,
    when: { isHeaderOk, isInOrder, isBodyOk, isContinued, isBelowDurable, isBelowFloor },
    verdict,
    because,
  };
}

export const RECOVERY_CASES: readonly RecoveryCase[] = [
  //                  header order  body   contin. durable floor
  recoveryCase('@A', [true, true, true, 'any', 'any', 'any'], 'keep', 'the expected record, whole'),
  recoveryCase('@B', ['any', 'any', 'any', true, 'any', 'any'], 'proceed', 'the segment was closed here'),
  recoveryCase('@I', [true, true, false, false, 'any', true], 'keep', 'payload damaged: whoever asks for it is told'),
  recoveryCase('@C', [true, true, false, false, true, false], 'refuse', 'payload damaged below the durable position'),
  recoveryCase('@D', [true, true, false, false, false, false], 'cut', 'a torn write: its payload did not all arrive'),
  recoveryCase('@E', [true, false, 'any', false, true, 'any'], 'refuse', 'another record below the durable position'),
  recoveryCase('@F', [true, false, 'any', false, false, 'any'], 'cut', 'left over from an earlier use of the file'),
  recoveryCase('@G', [false, 'any', 'any', false, true, 'any'], 'refuse', 'header damaged below the durable position'),
  recoveryCase(
    '@H',
    [false, 'any', 'any', false, false, 'any'],
    'cut',
    'nothing was written here, or its header is torn',
  ),
];

/** The row that a finding falls under. */
export function findRecoveryCase(finding: Finding): RecoveryCase {
  const row = RECOVERY_CASES.find(({ when }) =>
    (Object.keys(when) as (keyof Finding)[]).every((fact) => when[fact] === 'any' || when[fact] === finding[fact]),
  );
  if (row === undefined) throw new Error(`no recovery case for ${JSON.stringify(finding)}`);
  return row;
}
