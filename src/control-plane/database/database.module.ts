import { Global, Module, type DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** Makes the open DataSource injectable; who opened it closes it. */
@Global()
@Module({})
export class DatabaseModule {
  static of(database: DataSource): DynamicModule {
    return { module: DatabaseModule, providers: [{ provide: DataSource, useValue: database }], exports: [DataSource] };
  }
}
