-- Sets aside a claim on every account, or on none. KEYS: head, leases, record, accounts. Numbers: lease in milliseconds,
-- accounts, checks, how many of the checks are of requests and slots, which come first; each account's description and
-- what is set aside; each check's account, cap and what must fit. ARGV: from the second on id, and the accounts'
-- keys by lines. Answer: each account's used, set aside and start; or REFUSED, check,
-- used, set aside, when enough has left; or MISSING and the accounts to be loaded.
local code = check(false)
if code ~= OK then return packed{code, now, 0} end
local id, lease, count, checks, gates = ARGV[2], N[3], N[4], N[5], N[6]
local values = call('MGET', unpack(KEYS, 3))
-- Of each account what it has used, what is set aside and its start, as it was before. In the common case nothing begins
-- and nothing leaves, and only these change; otherwise there is an object for it.
local used, held, starts, objects, missing = {}, {}, {}, {}, nil
local A
local function object(i)
  A = A or accounts()
  local code, a = A.opened(KEYS[3 + i], values[1 + i], 7 * i)
  objects[i] = a
  return code, a
end
for i = 1, count do
  local at, value = 7 * i, values[1 + i]
  local type = N[at]
  if type == IN_FLIGHT then
    used[i], held[i], starts[i] = 0, call('ZCOUNT', KEYS[3 + i], '(' .. digits(now), '+inf'), 0
  else
    local isCommon = false
    if value then
      local first, kept, p, newest, _, _, u, v = read('<dddddddd', value)
      used[i], held[i] = u, v
      if kept >= now + N[at + 5] then
        if p == 0 then
          isCommon = first == N[at + 2] and now >= first and now < N[at + 3]
          starts[i] = first
        else
          local from = now - N[at + 3]
          isCommon = newest == now - now % p and from - from % p <= first
          starts[i] = newest
        end
      end
    end
    if not isCommon then
      local code, a = object(i)
      if code == WINDOWS then return packed{WINDOWS, now, sequence} end
      if code == MISSING then
        missing = missing or {MISSING, now, sequence}
        missing[#missing + 1] = i - 1
      else
        used[i], held[i], starts[i] = a.u, a.v, a.start
      end
    end
  end
end
if missing then return packed(missing) end
if values[1] and #values[1] < 32 then return packed{GONE, now, sequence} end
local before = recorded(values[1])
if before then
  -- The same claim once more: its answer was lost.
  local answer = {OK, now, sequence}
  for i = 1, count do
    answer[3 * i + 1], answer[3 * i + 2], answer[3 * i + 3] = used[i], held[i], before[4 * i + 2]
  end
  return packed(answer)
end

local function refusal(from, to)
  local worst
  for c = from, to do
    local at = 7 * count + 4 + 3 * c
    local i, cap, need = N[at], N[at + 1], N[at + 2]
    local sum = used[i] + held[i] + need
    if sum > cap then
      if not objects[i] then object(i) end
      local never = need > cap
      worst = A.later(worst, {
        check = c, i = i, flies = N[7 * i] == IN_FLIGHT and not never,
        resets = never and math.huge or A.resets(objects[i], sum - cap),
      })
    end
  end
  return worst
end
local worst = refusal(1, gates)
if not worst and checks > gates then
  worst = refusal(gates + 1, checks)
  if worst then
    -- Refused for tokens or money: it was a request all the same.
    for i = 1, count do
      if N[7 * i + 1] == 1 then
        if not objects[i] then object(i) end
        A.adjust(objects[i], starts[i], N[7 * i + 6], 0)
        A.keep(objects[i])
      end
    end
  end
end
if worst then
  return packed{REFUSED, now, sequence, worst.check - 1, used[worst.i], held[worst.i], worst.resets}
end

local ends = digits(now + lease)
local record, answer = {pack('<dddd', epoch, now, 0, count)}, {pack('<ddd', OK, now, sequence)}
for i = 1, count do
  local u, v, start, key, a = used[i], held[i], starts[i], KEYS[3 + i], objects[i]
  local hold, kind = N[7 * i + 6], SETTLED
  if N[7 * i] == IN_FLIGHT then
    kind = SLOT
    call('ZADD', key, ends, id)
    if v == 0 or sequence % 64 == 0 then call('PEXPIRE', key, RECORD_MILLIS) end
    v = v + 1
  else
    local more, aside = 0, hold
    if N[7 * i + 1] == 1 then kind, more, aside = REQUESTS, hold, 0 end
    u, v = u + more, v + aside
    if a and hold ~= 0 then
      A.adjust(a, start, more, aside)
      A.keep(a)
    elseif hold ~= 0 and N[7 * i] == CALENDAR then
      call('SETRANGE', key, '48', pack('<dd', u, v))
    elseif hold ~= 0 then
      local yu, yv = read('<dd', values[1 + i], 33)
      call('SETRANGE', key, '32', pack('<dddd', yu + more, yv + aside, u, v))
    end
  end
  record[1 + i] = pack('<dddd', kind, start, hold, kind == REQUESTS and hold or 0)
  answer[1 + i] = pack('<ddd', u, v, start)
end
call('SET', KEYS[3], join(record) .. ARGV[3], 'PX', RECORD_MILLIS)
call('ZADD', KEYS[2], ends, id)
return join(answer)
