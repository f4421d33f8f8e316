import { spawnSync } from 'node:child_process';

/** Programs of the comparison and the Debian packages that hold them. */
const PACKAGES = {
  fio: 'fio',
  'qemu-storage-daemon': 'qemu-system-common',
  'qemu-nbd': 'qemu-utils',
  nbdcopy: 'libnbd-bin',
};

/** Packages to install before anything can be compared. */
export function missingPackages(): string[] {
  return Object.entries(PACKAGES)
    .filter(([program]) => spawnSync(program, ['--version'], { stdio: 'ignore' }).error !== undefined)
    .map(([, name]) => name);
}
