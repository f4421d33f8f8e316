import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who may do what: names of users are unique whatever the case of their letters. */
export class Access1795000610000 implements MigrationInterface {
  name = 'Access1795000610000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX app_user_name_key');
    await runner.query('CREATE UNIQUE INDEX app_user_name_key ON app_user (lower(name COLLATE "C"))');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX app_user_name_key');
    await runner.query('CREATE UNIQUE INDEX app_user_name_key ON app_user (name)');
  }
}
