import { DEFAULT_SESSION_SETTINGS, type LatencyProtection, type SessionSettings } from '../../src/model/session.js';
import type { SeededRandom } from '../support/seeded-random.js';
import { PAIR, type WorldShape } from './shape.js';

const PROTECTIONS = ['Autodcm', 'Autodcm', 'Autodcm', 'Dcm', 'Override', 'Fail', 'Off'] as const;

/** Of one stream. */
export function drawSettings(random: SeededRandom, shape: WorldShape, stream: number): SessionSettings {
  const settings = {
    ...DEFAULT_SESSION_SETTINGS,
    transferMode: shape.modes[stream]!,
    heartbeatTimeoutSeconds: 1 + random.below(3),
    startupWaitSeconds: 2 + random.below(8),
    maxWriteDelayMs: 0,
    srlShareMb: random.isOneIn(3) ? 1 : 512,
  };
  if (shape === PAIR) return settings;
  const srlProtection = PROTECTIONS[random.below(PROTECTIONS.length)]!;
  const latencyProtection = random.isOneIn(4) ? drawLatency(random) : settings.latencyProtection;
  return { ...settings, srlProtection, latencyProtection };
}

function drawLatency(random: SeededRandom): LatencyProtection {
  const lowMark = 2 + random.below(40);
  return { policy: random.isOneIn(2) ? 'Override' : 'Fail', highMark: lowMark + 1 + random.below(40), lowMark };
}
