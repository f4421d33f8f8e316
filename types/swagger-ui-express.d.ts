/** The part of swagger-ui-express that the console uses; the package brings no types. */
declare module 'swagger-ui-express' {
  import type { RequestHandler } from 'express';

  interface SetupOptions {
    readonly customSiteTitle?: string;
    /** Of Swagger UI itself. */
    readonly swaggerOptions?: Readonly<Record<string, unknown>>;
  }

  const swaggerUi: {
    /** Its scripts and styles, and the script that setup made last. */
    readonly serve: readonly RequestHandler[];
    /** The page for the document. */
    setup(document: object, options?: SetupOptions): RequestHandler;
  };
  export default swaggerUi;
}
