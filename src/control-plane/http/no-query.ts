/** For `@Query() _query: NoQuery`: the call takes no query, and refuses one. */
export class NoQuery {}
