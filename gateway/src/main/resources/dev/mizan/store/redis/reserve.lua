-- Sets aside a claim on every account, or on none. KEYS: head, leases, record, accounts. Numbers: lease in milliseconds,
-- accounts, checks, how many of the checks are of requests and slots, which come first; each account's description and
-- what is set aside; each check's account, cap, what must fit, and whether it is served all the same. ARGV[2]: id.
-- Answer: each account's used, set aside and start; or REFUSED, check, used, set aside, when enough has left; or MISSING
-- and the accounts to be loaded.
local code = check(false)
if code ~= OK then return packed{code, now, 0} end
local id, lease, count, checks, gates = ARGV[2], N[3], N[4], N[5], N[6]
local values = call('MGET', unpack(KEYS, 3))
local accounts, missing = {}, {MISSING, now, sequence}
for i = 1, count do
  local opened, a = opened(KEYS[3 + i], values[1 + i], 7 * i)
  if opened == WINDOWS then return packed{WINDOWS, now, sequence} end
  if opened == MISSING then missing[#missing + 1] = i - 1 else a.hold = N[7 * i + 6] end
  accounts[i] = a
end
if #missing > 3 then return packed(missing) end
if values[1] == 'x' then return packed{GONE, now, sequence} end
local before = recorded(values[1])
if before then
  -- The same claim once more: its answer was lost.
  local answer = {OK, now, sequence}
  for i, a in ipairs(accounts) do
    answer[3 * i + 1], answer[3 * i + 2], answer[3 * i + 3] = a.u, a.v, before[4 * i + 2]
  end
  return packed(answer)
end

local function refusal(from, to)
  local worst
  for c = from, to do
    local at = 7 * count + 3 + 4 * c
    if N[at + 3] ~= 1 then
      local a, cap, need = accounts[N[at]], N[at + 1], N[at + 2]
      local sum = a.u + a.v + need
      if sum > cap then
        local never = need > cap
        worst = later(worst, {
          check = c, a = a, flies = a.type == IN_FLIGHT and not never,
          resets = never and math.huge or resets(a, sum - cap),
        })
      end
    end
  end
  return worst
end
local worst = refusal(1, gates)
if not worst and checks > gates then
  worst = refusal(gates + 1, checks)
  if worst then
    worst.u, worst.v = worst.a.u, worst.a.v
    -- Refused for tokens or money: it was a request all the same.
    for _, a in ipairs(accounts) do
      if a.kind == REQUESTS then
        adjust(a, a.start, a.hold, 0)
        keep(a)
      end
    end
  end
end
if worst then
  return packed{REFUSED, now, sequence, worst.check - 1, worst.u or worst.a.u, worst.v or worst.a.v, worst.resets}
end

local record, answer = {epoch, now, 0, count}, {OK, now, sequence}
for i, a in ipairs(accounts) do
  if a.type == IN_FLIGHT then
    call('ZADD', a.key, now + lease, id)
    if a.v == 0 or sequence % 64 == 0 then call('PEXPIRE', a.key, RECORD_MILLIS) end
    a.v = a.v + 1
  elseif a.hold ~= 0 then
    if a.kind == REQUESTS then adjust(a, a.start, a.hold, 0) else adjust(a, a.start, 0, a.hold) end
    keep(a)
  end
  local r = 4 * i
  record[r + 1], record[r + 2], record[r + 3], record[r + 4] = a.kind, a.start, a.hold, 0
  answer[3 * i + 1], answer[3 * i + 2], answer[3 * i + 3] = a.u, a.v, a.start
end
put(KEYS[3], record, table.concat(KEYS, '\n', 4))
call('ZADD', KEYS[2], now + lease, id)
return packed(answer)
