/** sysexits.h EX_CONFIG: a supervisor that knows it does not restart the process. */
export const EX_CONFIG = 78;
