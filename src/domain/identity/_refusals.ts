import { refusals } from '#kit/errors.ts';

export const refuse = refusals({
  sign_in_refused: [401, 'The e-mail address and the password do not match a login.'],
  second_factor_required: [401, 'This login has a second factor: send the code of your authenticator as well.'],
  second_factor_refused: [401, 'This code is not valid, or was used before.'],
  too_many_attempts: [429, 'Too many attempts. Please wait a while and try again.'],
  reset_refused: [422, 'This link is not valid any more. Please ask for a new one.'],
  weak_password: [422, 'This password is too easy to guess.'],
  wrong_password: [422, 'The current password is not right.'],
  factor_not_started: [409, 'Set up the second factor first.'],
  factor_exists: [409, 'This login already has a second factor.'],
  no_factor: [409, 'This login has no second factor.'],
  factor_mandatory: [409, 'Operators cannot do without a second factor.'],
  user_not_found: [404, 'There is no such person here.'],
  session_not_found: [404, 'There is no such session.'],
  token_not_found: [404, 'There is no such token.'],
  last_admin: [409, 'Somebody must remain administrator.'],
  cannot_invite: [422, 'This person cannot be invited.'],
  already_here: [409, 'This person is already here.'],
  unknown_scope: [422, 'Your role does not allow this scope.'],
  address_taken: [409, 'This address cannot be used.'],
  bad_address: [422, 'This is not an e-mail address.'],
});
