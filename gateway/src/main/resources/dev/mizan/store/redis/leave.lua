-- Tells that a process ends and leaves nothing behind that only it knows. KEYS: head, the living, and those that may have
-- leased chunks. ARGV[2]: the process.
local code = check(true)
if code ~= OK then return packed{code, now, 0} end
call('ZREM', KEYS[2], ARGV[2])
call('SREM', KEYS[3], ARGV[2])
return packed{OK, now, sequence}
