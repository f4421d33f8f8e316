import { Module } from '@nestjs/common';
import { Reconciler } from './reconciler.js';

@Module({ providers: [Reconciler] })
export class WorkerModule {}
