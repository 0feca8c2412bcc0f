-- Adds to a counter what no call used, once. KEYS: head, the change's own key, account. Numbers: description, start, what
-- is added. Answer: what the account has used, or -1; or MISSING and the account to be loaded; or GONE. It is loaded even
-- if the books have the change: somebody may be loading it who read them earlier.
local A = accounts()
local code = check(true)
if code ~= OK then return packed{code, now, 0} end
if N[3] == IN_FLIGHT or call('EXISTS', KEYS[2]) == 1 then return packed{GONE, now, sequence} end
local value = call('GET', KEYS[3])
if not value then return packed{MISSING, now, sequence, 0} end
-- A window that nobody has looked into yet begins here.
local _, opened = A.opened(KEYS[3], value, 3)
local a = opened or A.known(KEYS[3], value, 3)
local used = A.adjust(a, N[9], N[10], 0)
if used then A.save(a) end
call('SET', KEYS[2], '1', 'PX', RECORD_MILLIS)
return packed{OK, now, sequence, used or -1}
