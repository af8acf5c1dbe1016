-- A provider may write the same line twice: it takes a dispute's money, gives it back, and takes it again. Their moments tell
-- them apart, which a provider never changes; a line read again is still the same.

alter table statement_lines
  drop constraint statement_lines_pkey,
  add primary key (provider, ref, kind, amount, at);
