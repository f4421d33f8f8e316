import { Module } from '@nestjs/common';
import { SessionModule } from '../session/session.module.js';
import { EventController } from './event.controller.js';
import { EventStreams } from './event-streams.js';

@Module({ imports: [SessionModule], controllers: [EventController], providers: [EventStreams] })
export class EventModule {}
