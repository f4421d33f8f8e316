/** Every table of the control plane. A feature adds its entities here and a migration to migrations/. */
import { MIGRATIONS } from '../../migrations/index.js';
import { AuditRow } from './audit/audit.entity.js';
import type { DatabaseParts } from './database/data-source.js';
import { ConsistencyGroup } from './consistencygroup/consistency-group.entity.js';
import { CopySession, CopySessionView } from './copysession/copy-session.entity.js';
import { SessionSample } from './copysession/session-sample.entity.js';
import { Stream } from './copysession/stream.entity.js';
import { EventRow } from './event/event.entity.js';
import { Job } from './job/job.entity.js';
import { ControllerIdentity } from './node/controller-identity.entity.js';
import { StorageNode } from './node/storage-node.entity.js';
import { LoginFailure } from './session/login-failure.entity.js';
import { Login } from './session/login.entity.js';
import { User } from './session/user.entity.js';
import { ApiToken } from './token/api-token.entity.js';
import { Volume } from './volume/volume.entity.js';
import { Authority, DesiredChange, Revision } from './worker/authority.entity.js';
import { JobOperationRow } from './worker/job-operation.entity.js';
import { TombstoneRow } from './worker/tombstone.entity.js';

export const DATABASE_PARTS: DatabaseParts = {
  entities: [
    User,
    Login,
    LoginFailure,
    ApiToken,
    Job,
    Authority,
    Revision,
    DesiredChange,
    ControllerIdentity,
    StorageNode,
    ConsistencyGroup,
    Volume,
    Stream,
    CopySession,
    CopySessionView,
    SessionSample,
    AuditRow,
    EventRow,
    JobOperationRow,
    TombstoneRow,
  ],
  migrations: MIGRATIONS,
};
