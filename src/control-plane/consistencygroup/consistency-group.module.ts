import { Module } from '@nestjs/common';
import { CopySessionModule } from '../copysession/copy-session.module.js';
import { ConsistencyGroupController } from './consistency-group.controller.js';
import { ConsistencyGroups } from './consistency-groups.js';
import { GroupMembership } from './group-membership.js';

@Module({
  imports: [CopySessionModule],
  controllers: [ConsistencyGroupController],
  providers: [ConsistencyGroups, GroupMembership],
})
export class ConsistencyGroupModule {}
