-- How accounts stand. KEYS: head, accounts. Numbers: accounts, each one's description. Answer: each one's used, set
-- aside, and start, or the newest sub-window of a sliding one; or MISSING and the accounts to be loaded, or WINDOWS.
local A = accounts()
local code = check(false)
if code ~= OK then return packed{code, now, 0} end
local values = call('MGET', unpack(KEYS, 2))
local answer, missing = {OK, now, sequence}, {MISSING, now, sequence}
for i = 1, N[3] do
  local opened, a = A.opened(KEYS[1 + i], values[i], 6 * i - 2)
  if opened == WINDOWS then return packed{WINDOWS, now, sequence} end
  if opened == MISSING then
    missing[#missing + 1] = i - 1
  else
    answer[#answer + 1] = a.u
    answer[#answer + 1] = a.v
    answer[#answer + 1] = a.p and a.p > 0 and (a.y >= a.first and a.y or 0) or a.start
  end
end
return packed(#missing > 3 and missing or answer)
