-- Sets aside a claim on every account, or on none. KEYS: head, record, leases, accounts. ARGV: epoch, seen, id, lease
-- in milliseconds, accounts, checks; each account's description and what is set aside; each check's account, cap, what
-- must fit, and whether it is served all the same.
-- Answer: OK, now, sequence, each account's used, set aside and start; or REFUSED, now, sequence, check, used, set
-- aside, when enough has left (0 if not by time); or MISSING, now, sequence, the accounts to be loaded.
local code = check(false)
if code ~= OK then return {code, now, 0} end
local id, lease, count, checks = ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local accounts, missing = {}, {MISSING, now, sequence}
for i = 1, count do
  local a = described(KEYS[3 + i], 7 * i)
  a.hold = tonumber(ARGV[7 * i + 6])
  local opened = open(a)
  if opened == WINDOWS then return {WINDOWS, now, sequence} end
  if opened == MISSING then missing[#missing + 1] = i - 1 end
  accounts[i] = a
end
if #missing > 3 then return missing end

local packed = redis.call('GET', KEYS[2])
if packed == 'x' then return {GONE, now, sequence} end
if packed then
  local record = cmsgpack.unpack(packed)
  if record[1] == epoch then
    -- The same claim once more: its answer was lost.
    local answer = {OK, now, sequence}
    for i, a in ipairs(accounts) do
      answer[#answer + 1] = a.u
      answer[#answer + 1] = a.v
      answer[#answer + 1] = record[3 + i][4]
    end
    return answer
  end
end

-- When enough will have left a sliding window for need to fit; of a calendar window its end is known to the caller.
local function frees(a, excess)
  if a.type ~= SLIDING then return 0 end
  for s = a.o, a.start, a.p1 do
    local left = redis.call('HMGET', a.key, 'u' .. s, 'v' .. s)
    excess = excess - (tonumber(left[1]) or 0) - (tonumber(left[2]) or 0)
    if excess <= 0 then return s + a.p1 + a.p2 end
  end
  return 0
end

local base = 7 * count + 6
for c = 0, checks - 1 do
  local at = base + 4 * c
  local a = accounts[tonumber(ARGV[at + 1])]
  local cap, need = tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  if a.u + a.v + need > cap and ARGV[at + 4] ~= '1' then
    local left = need > cap and 0 or frees(a, a.u + a.v + need - cap)
    local refused = {REFUSED, now, sequence, c, a.u, a.v, left}
    if not a.gate and a.type ~= IN_FLIGHT then
      -- Refused for tokens or money: it was a request all the same.
      for _, r in ipairs(accounts) do
        if r.gate then add(r, r.hold, 0) end
      end
    end
    return refused
  end
end

local record, answer = {epoch, now, 'o'}, {OK, now, sequence}
for i, a in ipairs(accounts) do
  if a.type == IN_FLIGHT then
    redis.call('ZADD', a.key, now + lease, id)
    redis.call('PEXPIRE', a.key, 4 * lease)
    a.v = a.v + 1
  elseif a.gate then
    add(a, a.hold, 0)
  elseif a.hold ~= 0 then
    add(a, 0, a.hold)
  end
  record[3 + i] = {a.key, a.type, a.gate, a.start, a.hold, 0}
  answer[#answer + 1] = a.u
  answer[#answer + 1] = a.v
  answer[#answer + 1] = a.start
end
redis.call('SET', KEYS[2], cmsgpack.pack(record), 'PX', RECORD_MILLIS)
redis.call('ZADD', KEYS[3], now + lease, id)
redis.call('PEXPIRE', KEYS[3], RECORD_MILLIS)
return answer
