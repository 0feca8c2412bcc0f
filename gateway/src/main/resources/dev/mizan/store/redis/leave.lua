-- Tells that a process ends and leaves nothing behind that only it knows. KEYS: the living. ARGV[2]: the process.
call('ZREM', KEYS[1], ARGV[2])
return packed{OK, now, 0}
