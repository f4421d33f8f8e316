import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { FleetSize } from '../../fleet/fleet.js';
import { FleetProcess } from '../../fleet/fleet-process.js';
import { eventually } from '../../node-process/eventually.js';
import { Installation, type ListedPage } from './installation.js';

const ADOPTION_TIMEOUT_MS = 600_000;
/** Registrations at once. */
const WIDTH = 8;

/** A new, empty control plane that took up a fleet of nodes with all that they have. */
export class FleetInstallation {
  private constructor(
    readonly size: FleetSize,
    readonly fleet: FleetProcess,
    readonly control: Installation,
    /** From the first registration until everything was known. */
    readonly adoptionSeconds: number,
  ) {}

  static async start(folder: string, size: FleetSize): Promise<FleetInstallation> {
    mkdirSync(folder, { recursive: true });
    const fleet = await FleetProcess.start(path.join(folder, 'nodes'), size);
    const control = await Installation.start(folder);
    const startedMs = performance.now();
    const waiting = [...fleet.nodes];
    const register = async (): Promise<void> => {
      for (let node = waiting.shift(); node; node = waiting.shift()) {
        const { name, address, enrolmentToken } = node;
        await control.job('POST', '/node', { name, address, enrolment_token: enrolmentToken });
      }
    };
    await Promise.all(Array.from({ length: WIDTH }, register));
    const isComplete = async (list: string, count: number): Promise<true | undefined> => {
      const { total_count } = await control.get<ListedPage>(`/${list}?max_records=1`);
      return total_count === count || undefined;
    };
    await eventually('all volumes', () => isComplete('volume', size.volumes), ADOPTION_TIMEOUT_MS);
    await eventually('all sessions', () => isComplete('copysession', size.sessions), ADOPTION_TIMEOUT_MS);
    return new FleetInstallation(size, fleet, control, (performance.now() - startedMs) / 1000);
  }

  async stop(): Promise<void> {
    await this.control.stop();
    this.fleet.stop();
  }
}
