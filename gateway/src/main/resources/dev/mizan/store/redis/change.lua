-- Adds to counters what no reservation holds, once. KEYS: head, the change's own key, accounts. ARGV: epoch, seen,
-- accounts; each account's description, start, what is added. An account that is not loaded is left: the books have
-- the change. Answer: OK, now, sequence, what each account has used, or -1; or GONE.
local code = check(true)
if code ~= OK then return {code, now, 0} end
if not redis.call('SET', KEYS[2], '1', 'NX', 'PX', RECORD_MILLIS) then return {GONE, now, sequence} end
local answer = {OK, now, sequence}
for i = 1, tonumber(ARGV[3]) do
  local at = 8 * i - 4
  local a = described(KEYS[2 + i], at)
  local start, used = tonumber(ARGV[at + 6]), -1
  if a.type ~= IN_FLIGHT then
    -- A window that nobody has looked into yet begins here.
    open(a)
    used = adjust(a.key, a.type, start, tonumber(ARGV[at + 7]), 0)
  end
  answer[#answer + 1] = used
end
return answer
