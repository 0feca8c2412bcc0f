-- What there is to be done with accounts. Making so many functions takes time, so scripts make them when they need them;
-- the common case of reserve and end does without.
local function accounts()
  local ACCOUNT, CHANGED, CHANGED_AT = '<dddddddddd', '<ddddd', '24'

  -- The account that value holds, whose description is at N[at], if there is one; nil without a value. It is written as a
  -- whole if more has changed than what calls change.
  local function known(key, value, at)
    if not value then return nil end
    local first, x, p, y, yu, yv, u, v, l, room = read(ACCOUNT, value)
    return {
      key = key, at = at, kind = SETTLED, start = 0, ends = 0, whole = false,
      first = first, x = x, l = l, p = p, room = room, y = y, yu = yu, yv = yv, u = u, v = v,
    }
  end

  -- Writes an account.
  local function save(a)
    if a.whole then
      call('SET', a.key, pack(ACCOUNT, a.first, a.x, a.p, a.y, a.yu, a.yv, a.u, a.v, a.l, a.room), 'KEEPTTL')
      a.whole = false
    else
      call('SETRANGE', a.key, CHANGED_AT, pack(CHANGED, a.y, a.yu, a.yv, a.u, a.v))
    end
  end
  -- The same, and keeps it for a while longer.
  local function keep(a)
    local span = N[a.at + 5]
    if a.x >= now + span then return save(a) end
    a.x, a.whole = now + 2 * span, true
    save(a)
    call('PEXPIREAT', a.key, a.x)
    if a.p > 0 then call('PEXPIREAT', a.key .. ':r', a.x) end
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
    a.first, a.whole = oldest, true
    save(a)
  end

  -- A calendar window begins: the one before is kept for what is settled late.
  local function begin(a, start)
    a.y, a.yu, a.yv, a.first, a.u, a.v, a.whole = a.first, a.u, a.v, start, 0, 0, true
  end

  -- The account whose description is at N[at], brought to this moment, with a.start, the window or sub-window of now;
  -- and OK, MISSING or WINDOWS. Windows never go back. A description is a type, 1 for requests, three figures of the
  -- window, and how long it is kept.
  local function opened(key, value, at)
    local type = N[at]
    if type == IN_FLIGHT then
      local v = call('ZCOUNT', key, '(' .. digits(now), '+inf')
      return OK, {key = key, at = at, kind = SLOT, u = 0, v = v, start = 0, y = 0}
    end
    local a = known(key, value, at)
    if not a then return MISSING end
    if N[at + 1] == 1 then a.kind = REQUESTS end
    if type == SLIDING then
      local p = a.p
      local oldest, start = (now - N[at + 3]) - (now - N[at + 3]) % p, now - now % p
      if oldest > a.first then slide(a, oldest) end
      a.start = start > a.first and start or a.first
      return OK, a
    end
    local from, to, next = N[at + 2], N[at + 3], N[at + 4]
    if now >= next or (now < from and a.first < from) then return WINDOWS end
    local start = now >= to and to or from
    if a.first > start then start = a.first end
    a.start, a.ends = start, start == from and to or next
    if start > a.first then begin(a, start) end
    return OK, a
  end

  -- Adds to the window that began at start: what is used in it then, or false if it does not count any more.
  local function adjust(a, start, used, held)
    if a.p > 0 then
      if start < a.first then return false end
      -- Another's clock may be ahead, but not by more than the ring has room for.
      start = math.min(start, now - now % a.p + 2 * a.p)
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
    local type = N[a.at]
    if type == CALENDAR and a.ends < EXACT_MAX then return a.ends end
    if type ~= SLIDING then return math.huge end
    local at = math.huge
    ring(a, a.first, a.room, function(s, u, v)
      excess = excess - u - v
      if excess <= 0 then at = s + a.p + N[a.at + 3] end
      return excess <= 0
    end)
    return at
  end

  -- Of several refusals the one that resets last; a slot in flight may be freed at any moment.
  local function later(worst, breach)
    if not worst or (worst.flies and not breach.flies) then return breach end
    return not breach.flies and breach.resets > worst.resets and breach or worst
  end

  -- Holds a slot until the lease ends.
  local function fly(key, id, lease)
    call('ZADD', key, digits(now + lease), id)
    call('PEXPIRE', key, RECORD_MILLIS)
  end

  -- Writes a record, and the text of keys behind its numbers.
  local function put(key, r, keys)
    call('SET', key, packed(r) .. keys, 'PX', RECORD_MILLIS)
  end
  local function keysOf(text, r) return string.sub(text, 8 * #r + 1) end

  return {
    known = known, save = save, keep = keep, opened = opened, adjust = adjust, resets = resets, later = later, fly = fly,
    put = put, keysOf = keysOf,
  }
end
