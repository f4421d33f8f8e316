/** What operators do with groups: see steps.ts. */
import { type SessionSettings, SRL_PROTECTIONS, TRANSFER_MODES } from '../../src/model/session.js';
import type { SeededRandom } from '../support/seeded-random.js';
import type { Step } from './script.js';
import { CONTROL } from './steps.js';

/** C65 */
const changeMode: Step = async (world) => {
  const { random, operator, shape, oracle } = world;
  const stream = world.anyStream();
  if (!operator.isActive(stream) || oracle.mustLook) return;
  const transferMode = TRANSFER_MODES[random.below(TRANSFER_MODES.length)]!;
  if (!shape.isModeFixed) await operator.change(stream, { transferMode });
};

const changeSettings: Step = async (world) => {
  const { random, operator, oracle } = world;
  const stream = world.anyStream();
  if (!operator.isActive(stream) || oracle.mustLook) return;
  await operator.change(stream, drawChange(random));
};

function drawChange(random: SeededRandom): Partial<SessionSettings> {
  const lowMark = 2 + random.below(40);
  const changes: readonly Partial<SessionSettings>[] = [
    { srlShareMb: 1 + random.below(3) },
    { srlShareMb: 512 },
    { srlProtection: SRL_PROTECTIONS[random.below(SRL_PROTECTIONS.length)]! },
    { latencyProtection: { policy: 'Override', highMark: lowMark + 1 + random.below(40), lowMark } },
    { latencyProtection: { policy: 'Off', highMark: 10_000, lowMark: 9_950 } },
    { bandwidthLimitMbps: 1 + random.below(20) },
    { bandwidthLimitMbps: 0 },
  ];
  return changes[random.below(changes.length)]!;
}

/** More is written than the link carries: a share of the log is used up. */
const flood: Step = async (world) => {
  const stream = world.anyStream();
  const cable = world.cableOf(stream);
  world.trace.note('world', 'a flood of writes over a thin link');
  cable.thin(10 + world.random.below(100), world.random.below(50));
  // Regions that take longer than the heartbeat timeout are sent again and again, and may be copied more than once.
  stream.losses += 2;
  world.host.hurry = 4;
  await world.clock.sleep(500 + world.random.below(2000));
  world.host.hurry = 1;
  cable.widen();
};

const suspendTogether: Step = ({ operator }) => operator.suspendTogether();

const leaveAndJoin: Step = ({ operator }) => operator.leaveAndJoin();

export const GROUP_CONTROL: readonly Step[] = [
  ...CONTROL,
  changeMode,
  changeMode,
  changeMode,
  changeSettings,
  changeSettings,
  flood,
  flood,
  suspendTogether,
  leaveAndJoin,
  leaveAndJoin,
];
