import { Module } from '@nestjs/common';
import { CopySessionController } from './copy-session.controller.js';
import { CopySessions } from './copy-sessions.js';
import { VolumeCopySessionController } from './volume-copy-session.controller.js';

@Module({ controllers: [CopySessionController, VolumeCopySessionController], providers: [CopySessions] })
export class CopySessionModule {}
