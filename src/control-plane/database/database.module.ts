import { Global, Module, type DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Retention } from './retention.js';

/** Makes the open DataSource injectable; who opened it closes it. */
@Global()
@Module({})
export class DatabaseModule {
  static of(database: DataSource): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [{ provide: DataSource, useValue: database }, Retention],
      exports: [DataSource, Retention],
    };
  }
}
