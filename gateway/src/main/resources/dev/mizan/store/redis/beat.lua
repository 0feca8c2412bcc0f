-- Tells that a process lives, and finds out how the slot is. KEYS: head, the living, those that have registered, leases.
-- ARGV: epoch (0 if it knows none), seen, process, how long it lives without another beat, the epoch it has registered
-- for, how long building waits at least, what the names of records begin with, 1 to begin anew, then the living it knew.
-- Answer: OK, now, epoch, sequence, 1 if ready, the living.
local run = ''
local info = redis.pcall('INFO', 'server')
if type(info) == 'string' then
  run = string.match(info, 'run_id:(%w+)') or ''
elseif type(info) == 'table' and info.ok then
  run = string.match(info.ok, 'run_id:(%w+)') or ''
end
local head = redis.call('HMGET', KEYS[1], 'n', 's', 'p', 'r', 'g')
local n, s = tonumber(head[1]) or 0, tonumber(head[2]) or 0
local phase, ends = head[3], tonumber(head[5]) or 0
local ttl = tonumber(ARGV[4])
local lost = n == 0 or (head[4] ~= run and run ~= '') or n < epoch or (n == epoch and s < seen)
if lost or ARGV[8] == '1' then
  -- Whoever sees it first begins a new epoch: what is counted under another one is not counted.
  n, s, phase = math.max(now, epoch + 1, n + 1), 0, 'b'
  ends = now + tonumber(ARGV[6])
  redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
  redis.call('HSET', KEYS[1], 'n', n, 's', 0, 'p', 'b', 'r', run, 'g', ends)
  for i = 9, #ARGV do redis.call('ZADD', KEYS[2], now + ttl, ARGV[i]) end
end
redis.call('ZADD', KEYS[2], now + ttl, ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
if tonumber(ARGV[5]) == n then redis.call('SADD', KEYS[3], ARGV[3]) end
local living = redis.call('ZRANGE', KEYS[2], 0, 999)
if phase == 'b' and now >= ends then
  phase = 'r'
  for _, name in ipairs(living) do
    if redis.call('SISMEMBER', KEYS[3], name) == 0 then phase = 'b' end
  end
  if phase == 'r' then redis.call('HSET', KEYS[1], 'p', 'r') end
end
for i = 1, 4 do redis.call('PEXPIRE', KEYS[i], RECORD_MILLIS) end

epoch = n
local lapsed = redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', now, 'LIMIT', 0, 100)
for _, id in ipairs(lapsed) do
  redis.call('ZREM', KEYS[4], id)
  local key = ARGV[7] .. id
  local packed = redis.call('GET', key)
  local record = packed and packed ~= 'x' and cmsgpack.unpack(packed)
  if record and record[1] == epoch and record[3] == 'o' then
    for i = 4, #record do
      local r = record[i]
      if r[2] == IN_FLIGHT then
        redis.call('ZREM', r[1], id)
      elseif not r[3] then
        adjust(r[1], r[2], r[4], r[5], -r[5])
      end
    end
    record[3] = 'l'
    redis.call('SET', key, cmsgpack.pack(record), 'PX', RECORD_MILLIS)
  end
end
local answer = {OK, now, n, s, phase == 'r' and 1 or 0}
for _, name in ipairs(living) do answer[#answer + 1] = name end
return answer
