-- What every script begins with. One slot's keys: KEYS[1] is its head, a hash: n epoch, s sequence, p phase (b while it
-- is being built, r ready), r the server's run id, g when building may end. ARGV[1] is the epoch that the caller knows,
-- ARGV[2] the highest sequence that it saw.
--
-- An account is a hash: e epoch, u used, v set aside, x until when it is kept, l when
-- reading it from the books began; of a calendar window w its start; of a
-- sliding one o the oldest sub-window in u and v, y the newest, and u<start>, v<start> of each sub-window. An account
-- of concurrency is a sorted set: ids of reservations by the end of their leases, and the epoch as '#'.
--
-- Sums stay below 2^53, where Lua's numbers are exact: caps are at most 2^52.
local OK, REFUSED, MISSING, LOST, BUILDING, WINDOWS, GONE = 0, 1, 2, 3, 4, 5, 6
local CALENDAR, SLIDING, IN_FLIGHT = 1, 2, 3
local MARK = 1e15
local RECORD_MILLIS = 604800000
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local epoch, seen = tonumber(ARGV[1]), tonumber(ARGV[2])
local sequence = 0

-- Whether the counters are those that the caller knows: OK, LOST or BUILDING.
local function check(whileBuilding)
  local head = redis.call('HMGET', KEYS[1], 'n', 's', 'p')
  if tonumber(head[1]) ~= epoch or tonumber(head[2]) < seen then return LOST end
  if head[3] ~= 'r' and not whileBuilding then return BUILDING end
  sequence = redis.call('HINCRBY', KEYS[1], 's', 1)
  return OK
end

-- Reads an account's description from ARGV[at] on: type, gate, three figures of its window, how long it is kept.
local function described(key, at)
  return {
    key = key,
    type = tonumber(ARGV[at]),
    gate = ARGV[at + 1] == '1',
    p1 = tonumber(ARGV[at + 2]),
    p2 = tonumber(ARGV[at + 3]),
    p3 = tonumber(ARGV[at + 4]),
    span = tonumber(ARGV[at + 5]),
  }
end

-- Keeps an account's key for a while longer.
local function keep(a)
  if a.x < now + a.span then
    a.x = now + 2 * a.span
    redis.call('HSET', a.key, 'x', a.x)
    redis.call('PEXPIREAT', a.key, a.x)
  end
end

-- Drops the sub-windows that have left.
local function slide(a, oldest)
  local steps = (oldest - a.o) / a.p1
  if steps > 250 then
    redis.call('DEL', a.key)
    redis.call('HSET', a.key, 'l', now)
    a.u, a.v, a.y, a.x = 0, 0, 0, 0
  else
    local fields = {}
    for s = a.o, oldest - a.p1, a.p1 do
      fields[#fields + 1] = 'u' .. s
      fields[#fields + 1] = 'v' .. s
    end
    local left = redis.call('HMGET', a.key, unpack(fields))
    for i = 1, #left, 2 do
      a.u = a.u - (tonumber(left[i]) or 0)
      a.v = a.v - (tonumber(left[i + 1]) or 0)
    end
    redis.call('HDEL', a.key, unpack(fields))
  end
  a.o = oldest
  redis.call('HSET', a.key, 'e', epoch, 'o', a.o, 'u', a.u, 'v', a.v, 'y', a.y, 'x', a.x)
  keep(a)
end

-- Fills in a.u, a.v and a.start, the window or sub-window of this moment: OK, MISSING or WINDOWS. Windows never go back.
local function open(a)
  if a.type == IN_FLIGHT then
    if tonumber(redis.call('ZSCORE', a.key, '#')) ~= MARK + epoch then
      redis.call('DEL', a.key)
      redis.call('ZADD', a.key, MARK + epoch, '#')
      redis.call('PEXPIRE', a.key, RECORD_MILLIS)
    end
    redis.call('ZREMRANGEBYSCORE', a.key, '-inf', now)
    a.u, a.v, a.start, a.y = 0, redis.call('ZCARD', a.key) - 1, 0, 0
    return OK
  end
  if a.type == SLIDING then
    local h = redis.call('HMGET', a.key, 'e', 'o', 'u', 'v', 'y', 'x')
    if tonumber(h[1]) ~= epoch then return MISSING end
    a.o, a.u, a.v = tonumber(h[2]), tonumber(h[3]), tonumber(h[4])
    a.y, a.x = tonumber(h[5]), tonumber(h[6])
    local oldest = math.floor((now - a.p2) / a.p1) * a.p1
    if oldest > a.o then slide(a, oldest) end
    a.start = math.max(math.floor(now / a.p1) * a.p1, a.o)
    return OK
  end
  local h = redis.call('HMGET', a.key, 'e', 'w', 'u', 'v', 'x')
  if tonumber(h[1]) ~= epoch then return MISSING end
  local w = tonumber(h[2])
  a.u, a.v, a.x, a.y = tonumber(h[3]), tonumber(h[4]), tonumber(h[5]), 0
  if now >= a.p3 or (now < a.p1 and w < a.p1) then return WINDOWS end
  a.start = math.max(w, now >= a.p2 and a.p2 or a.p1)
  if a.start > w then
    a.u, a.v = 0, 0
    redis.call('HSET', a.key, 'w', a.start, 'u', 0, 'v', 0)
    keep(a)
  end
  return OK
end

-- Adds to what is used and what is set aside in the window that open() found.
local function add(a, used, held)
  a.u, a.v = a.u + used, a.v + held
  if a.type == SLIDING then
    if used ~= 0 then redis.call('HINCRBY', a.key, 'u' .. a.start, used) end
    if held ~= 0 then redis.call('HINCRBY', a.key, 'v' .. a.start, held) end
    a.y = a.start
    redis.call('HSET', a.key, 'u', a.u, 'v', a.v, 'y', a.y)
  else
    redis.call('HSET', a.key, 'u', a.u, 'v', a.v)
  end
  keep(a)
end

-- Adds to the window that began at start, unless it no longer counts: what is used then, or -1.
local function adjust(key, type, start, used, held)
  local h = redis.call('HMGET', key, 'e', type == SLIDING and 'o' or 'w', 'u', 'v')
  if tonumber(h[1]) ~= epoch then return -1 end
  local first, u, v = tonumber(h[2]), tonumber(h[3]) + used, tonumber(h[4]) + held
  if type == SLIDING then
    if start < first then return -1 end
    if used ~= 0 then redis.call('HINCRBY', key, 'u' .. start, used) end
    if held ~= 0 then redis.call('HINCRBY', key, 'v' .. start, held) end
  elseif start ~= first then
    return -1
  end
  redis.call('HSET', key, 'u', u, 'v', v)
  return u
end
