import { Global, Module } from '@nestjs/common';
import { Changes } from './changes.js';

/** What features need of the reconciler: a way to ask for changes. */
@Global()
@Module({ providers: [Changes], exports: [Changes] })
export class ChangesModule {}
