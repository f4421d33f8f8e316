/** Every table of the control plane. A feature adds its entities here and a migration to migrations/. */
import { MIGRATIONS } from '../../migrations/index.js';
import type { DatabaseParts } from './database/data-source.js';
import { Job } from './job/job.entity.js';
import { Login } from './session/login.entity.js';
import { User } from './session/user.entity.js';

export const DATABASE_PARTS: DatabaseParts = {
  entities: [User, Login, Job],
  migrations: MIGRATIONS,
};
