-- How accounts stand. KEYS: head, accounts. ARGV: epoch, seen, accounts, each one's description. Answer: OK, now,
-- sequence, each one's used, set aside, and start, or the newest sub-window of a sliding one; or MISSING, or WINDOWS.
local code = check(false)
if code ~= OK then return {code, now, 0} end
local answer, missing = {OK, now, sequence}, {MISSING, now, sequence}
for i = 1, tonumber(ARGV[3]) do
  local a = described(KEYS[1 + i], 6 * i - 2)
  local opened = open(a)
  if opened == WINDOWS then return {WINDOWS, now, sequence} end
  if opened == MISSING then
    missing[#missing + 1] = i - 1
  else
    answer[#answer + 1] = a.u
    answer[#answer + 1] = a.v
    answer[#answer + 1] = a.type == SLIDING and a.y or a.start
  end
end
if #missing > 3 then return missing end
return answer
