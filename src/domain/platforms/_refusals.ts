import { refusals } from '#kit/errors.ts';

export const refusePlatform = refusals({
  platform_unknown: [404, 'There is no such platform.'],
  platform_closed: [409, 'This platform is closed.'],
  name_mismatch: [422, 'The name typed is not the name of this platform.'],
  not_terminated: [409, 'This platform was not terminated.'],
});
