-- Tells that a process ends and leaves nothing behind that only it knows. KEYS: the living, and those
-- that may have leased chunks. ARGV[2]: the process.
call('ZREM', KEYS[1], ARGV[2])
call('SREM', KEYS[2], ARGV[2])
return packed{OK, now, 0}
