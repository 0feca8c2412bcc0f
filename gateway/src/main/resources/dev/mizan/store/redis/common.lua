-- What every script begins with. Numbers travel as text of little-endian doubles, eight bytes each, which are exact up to
-- 2^53; caps are at most 2^52. ARGV[1] holds them: the epoch that the caller knows, the highest sequence that it saw,
-- then what the script says; N is what it comes to. Answers are such a text: a code, Redis' time, the sequence, and
-- what the script says.
--
-- KEYS[1] is the slot's head, a hash: n epoch, b sequence while it is being built, s<epoch> sequence once it is ready, r
-- the server's run id, g when building may end.
--
-- An account is a text of eleven numbers: its epoch, the start of its window or oldest sub-window, used, set aside, until
-- when it is kept, when reading it from the books began; then of a calendar window the start of the one before; of a
-- sliding one the newest sub-window; used and set aside in that one; the length of a sub-window (0 for a calendar
-- window), and how many there is room for. A sliding one has a ring of used and set aside in each other sub-window, under
-- its key and ':r'. An account of concurrency is a sorted set: ids of reservations by the end of their leases.
--
-- A reservation's record is a text: epoch, when it was admitted, 1 if its lease has run out, accounts, and of each its
-- kind, start, what is set aside, what is posted; then the accounts' keys, by lines. It is 'x' once it has ended and
-- might still arrive.
local OK, REFUSED, MISSING, LOST, BUILDING, WINDOWS, GONE = 0, 1, 2, 3, 4, 5, 6
local CALENDAR, SLIDING, IN_FLIGHT = 1, 2, 3
local SLOT, REQUESTS, SETTLED = 1, 2, 3
local HEADER = '<ddddddddddd'
local EXACT_MAX = 9007199254740992
local RECORD_MILLIS = 604800000
local call, read, pack, sub = redis.call, struct.unpack, struct.pack, string.sub

local function numbers(text) return {read('<' .. string.rep('d', #text / 8), text)} end
local function packed(t) return pack('<' .. string.rep('d', #t), unpack(t)) end

local clock = call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local N = numbers(ARGV[1])
local epoch, seen, sequence = N[1], N[2], 0

-- Whether the counters are those that the caller knows: OK, LOST or BUILDING.
local function check(whileBuilding)
  local field = 's' .. epoch
  sequence = call('HINCRBY', KEYS[1], field, 1)
  if sequence == 1 then
    -- There was none: the epoch is not ready, or another.
    call('HDEL', KEYS[1], field)
    if tonumber(call('HGET', KEYS[1], 'n')) ~= epoch then return LOST end
    if not whileBuilding then return BUILDING end
    sequence = call('HINCRBY', KEYS[1], 'b', 1)
  end
  return sequence > seen and OK or LOST
end

-- The account that value holds; nil if it is of another epoch.
local function known(key, value)
  if not value then return nil end
  local e, first, u, v, x, l, y, yu, yv, p, room = read(HEADER, value)
  if e ~= epoch then return nil end
  return {key = key, first = first, u = u, v = v, x = x, l = l, y = y, yu = yu, yv = yv, p = p, room = room}
end

-- Writes an account.
local function save(a)
  call('SET', a.key, pack(HEADER, epoch, a.first, a.u, a.v, a.x, a.l, a.y, a.yu, a.yv, a.p, a.room), 'KEEPTTL')
end
-- The same, and keeps it for a while longer.
local function keep(a)
  local ends = a.x < now + a.span
  if ends then a.x = now + 2 * a.span end
  save(a)
  if ends then
    call('PEXPIREAT', a.key, a.x)
    if a.p > 0 then call('PEXPIREAT', a.key .. ':r', a.x) end
  end
end

-- Where a sub-window is in the ring.
local function place(a, start) return 16 * ((start / a.p) % a.room) end

-- Adds to a sub-window, the newest or another.
local function bump(a, start, used, held)
  if start > a.y then
    -- It becomes the newest; the one that was goes into the ring.
    if a.y >= a.first then call('SETRANGE', a.key .. ':r', place(a, a.y), pack('<dd', a.yu, a.yv)) end
    a.y, a.yu, a.yv = start, 0, 0
  end
  if start == a.y then
    a.yu, a.yv = a.yu + used, a.yv + held
    return
  end
  local at = place(a, start)
  local was = call('GETRANGE', a.key .. ':r', at, at + 15)
  local u, v = 0, 0
  if #was == 16 then u, v = read('<dd', was) end
  call('SETRANGE', a.key .. ':r', at, pack('<dd', u + used, v + held))
end

-- Sums up count sub-windows from start on, newest to not included: calls each(start, used, held) until it says true.
local function ring(a, start, count, each)
  local text = call('GET', a.key .. ':r') or ''
  for s = start, start + (count - 1) * a.p, a.p do
    local u, v, at = 0, 0, place(a, s)
    if s == a.y then u, v = a.yu, a.yv elseif #text >= at + 16 then u, v = read('<dd', text, at + 1) end
    if (u ~= 0 or v ~= 0) and each(s, u, v) then return true end
  end
end

-- Drops the sub-windows that have left, and writes the account: its ring has lost them.
local function slide(a, oldest)
  if oldest > a.y then
    a.u, a.v = 0, 0
  else
    ring(a, a.first, (oldest - a.first) / a.p, function(s, u, v) a.u, a.v = a.u - u, a.v - v end)
  end
  -- What comes into their places begins with nothing.
  local from, count = (a.first / a.p) % a.room, math.min(a.room, (oldest - a.first) / a.p)
  local upTo = math.min(count, a.room - from)
  call('SETRANGE', a.key .. ':r', 16 * from, string.rep('\0', 16 * upTo))
  if count > upTo then call('SETRANGE', a.key .. ':r', 0, string.rep('\0', 16 * (count - upTo))) end
  a.first = oldest
  save(a)
end

-- A calendar window begins: the one before is kept for what is settled late.
local function begin(a, start)
  a.y, a.yu, a.yv, a.first, a.u, a.v = a.first, a.u, a.v, start, 0, 0
end

-- The account whose description is at N[at], brought to this moment, with a.start, the window or sub-window of now;
-- and OK, MISSING or WINDOWS. Windows never go back. A description is a type, 1 for requests, three figures of the
-- window, and how long it is kept.
local function opened(key, value, at)
  local type = N[at]
  if type == IN_FLIGHT then
    local v = call('ZCOUNT', key, '(' .. now, '+inf')
    return OK, {key = key, type = type, kind = SLOT, u = 0, v = v, start = 0, y = 0}
  end
  local a = known(key, value)
  if not a then return MISSING end
  a.type, a.kind, a.span = type, N[at + 1] == 1 and REQUESTS or SETTLED, N[at + 5]
  if type == SLIDING then
    a.length = N[at + 3]
    local oldest = math.floor((now - a.length) / a.p) * a.p
    if oldest > a.first then slide(a, oldest) end
    a.start = math.max(math.floor(now / a.p) * a.p, a.first)
    return OK, a
  end
  local from, to, next = N[at + 2], N[at + 3], N[at + 4]
  if now >= next or (now < from and a.first < from) then return WINDOWS end
  a.start = math.max(a.first, now >= to and to or from)
  a.ends = a.start == from and to or next
  if a.start > a.first then begin(a, a.start) end
  return OK, a
end

-- Adds to the window that began at start: what is used in it then, or false if it does not count any more.
local function adjust(a, start, used, held)
  if a.p > 0 then
    if start < a.first then return false end
    -- Another's clock may be ahead, but not by more than the ring has room for.
    start = math.min(start, math.floor(now / a.p + 2) * a.p)
    local oldest = start - (a.room - 1) * a.p
    if oldest > a.first then slide(a, oldest) end
    bump(a, start, used, held)
  elseif start == a.y and start ~= a.first then
    a.yu, a.yv = a.yu + used, a.yv + held
    return a.yu
  elseif start < a.first then
    return false
  elseif start > a.first then
    begin(a, start)
  end
  a.u, a.v = a.u + used, a.v + held
  return a.u
end

-- When excess will have left, if nothing comes and nothing is given back.
local function resets(a, excess)
  if a.type == CALENDAR and a.ends < EXACT_MAX then return a.ends end
  if a.type ~= SLIDING then return math.huge end
  local at = math.huge
  ring(a, a.first, a.room, function(s, u, v)
    excess = excess - u - v
    if excess <= 0 then at = s + a.p + a.length end
    return excess <= 0
  end)
  return at
end

-- Of several refusals the one that resets last; a slot in flight may be freed at any moment.
local function later(worst, breach)
  if not worst or (worst.flies and not breach.flies) then return breach end
  return not breach.flies and breach.resets > worst.resets and breach or worst
end

-- A record's numbers and its accounts' keys; nil if there is none of this epoch.
local function recorded(text)
  if not text or text == 'x' then return nil end
  local count = read('<d', text, 25)
  local r = {read('<' .. string.rep('d', 4 + 4 * count), text)}
  r[#r] = nil
  return r[1] == epoch and r or nil
end
local function put(key, r, keys)
  call('SET', key, packed(r) .. keys, 'PX', RECORD_MILLIS)
end
-- The text of keys behind a record's numbers.
local function keysOf(text, r) return sub(text, 8 * #r + 1) end

-- Holds a slot until the lease ends.
local function fly(key, id, lease)
  call('ZADD', key, now + lease, id)
  call('PEXPIRE', key, RECORD_MILLIS)
end
