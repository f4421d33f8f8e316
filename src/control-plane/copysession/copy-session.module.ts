import { Module } from '@nestjs/common';
import { CopySessionController } from './copy-session.controller.js';
import { CopySessions } from './copy-sessions.js';
import { StreamOperations } from './stream-operations.js';
import { VolumeCopySessionController } from './volume-copy-session.controller.js';

@Module({
  controllers: [CopySessionController, VolumeCopySessionController],
  providers: [CopySessions, StreamOperations],
  exports: [StreamOperations],
})
export class CopySessionModule {}
