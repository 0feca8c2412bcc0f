-- Tells that a process lives, and finds out how the slot is. KEYS: head, the living, those that have registered, leases,
-- those that may have leased chunks and have not left. Numbers: how long a process lives without another beat, the epoch
-- that it has registered for, how long building waits at least, 1 to begin anew, 1 if it may lease chunks; the epoch is 0
-- if it knows none. ARGV: from the second on the process, what the names of records begin with, then the living that it
-- knew. Answer: epoch, sequence, 1 if ready, 1 if the process may have leased chunks before; then the living, by name.
local A = accounts()
local process, prefix = ARGV[2], ARGV[3]
local ttl, registered, grace, anew = N[3], N[4], N[5], N[6] == 1
local leased = call('SISMEMBER', KEYS[5], process)
local run = ''
local info = redis.pcall('INFO', 'server')
if type(info) == 'string' then
  run = string.match(info, 'run_id:(%w+)') or ''
elseif type(info) == 'table' and info.ok then
  run = string.match(info.ok, 'run_id:(%w+)') or ''
end
local head = call('HMGET', KEYS[1], 'n', 'b', 'r', 'g')
local n, s, ends = tonumber(head[1]) or 0, tonumber(head[2]) or 0, tonumber(head[4]) or 0
local ready = n > 0 and tonumber(call('HGET', KEYS[1], 's' .. n))
s = ready or s
local lost = n == 0 or (head[3] ~= run and run ~= '') or n < epoch or (n == epoch and s < seen)
if lost or anew then
  -- Whoever sees it first begins a new epoch: what is counted under another one is not counted.
  n, s, ready = math.max(now, epoch + 1, n + 1), 1, false
  call('DEL', KEYS[1], KEYS[3], KEYS[4], KEYS[5])
  leased = 0
  if lost then
    -- Who else lives is known from before, if at all; others have a while to say so.
    ends = now + grace
    call('DEL', KEYS[2])
    for i = 4, #ARGV do call('ZADD', KEYS[2], now + ttl, ARGV[i]) end
  end
  call('HSET', KEYS[1], 'n', n, 'b', s, 'r', run, 'g', ends)
end
call('ZADD', KEYS[2], now + ttl, process)
call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
-- It is always there, so that its end need not be set with each lease; and it is so long that Redis keeps the leases in
-- a form that is quick to change.
call('ZADD', KEYS[4], '+inf', string.rep('#', 65))
if N[7] == 1 then call('SADD', KEYS[5], process) end
if registered == n then call('SADD', KEYS[3], process) end
local living = call('ZRANGE', KEYS[2], 0, 999)
if not ready and now >= ends then
  ready = true
  for _, name in ipairs(living) do
    if call('SISMEMBER', KEYS[3], name) == 0 then ready = false end
  end
  if ready then call('HSET', KEYS[1], 's' .. n, s) end
end
for i = 1, 5 do call('PEXPIRE', KEYS[i], RECORD_MILLIS) end

epoch = n
local lapsed = call('ZRANGEBYSCORE', KEYS[4], '-inf', now, 'LIMIT', 0, 100)
for _, id in ipairs(lapsed) do
  call('ZREM', KEYS[4], id)
  local text = call('GET', prefix .. id)
  local r = recorded(text)
  if r and r[3] == 0 then
    local keys, i = A.keysOf(text, r), 0
    for key in string.gmatch(keys, '[^\n]+') do
      i = i + 1
      local kind, hold = r[4 * i + 1], r[4 * i + 3]
      if kind == SLOT then
        call('ZREM', key, id)
      elseif kind == SETTLED then
        local a = A.known(key, call('GET', key))
        if a and A.adjust(a, r[4 * i + 2], hold, -hold) then A.save(a) end
      end
    end
    r[3] = 1
    A.put(prefix .. id, r, keys)
  end
end
local answer = {packed{OK, now, n, s, ready and 1 or 0, leased}}
for _, name in ipairs(living) do answer[#answer + 1] = name end
return answer
