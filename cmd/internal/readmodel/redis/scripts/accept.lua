-- Accepts a batch whose steps lie ready in the list KEYS[4]; ARGV[5] is how many.
-- From here on it will be applied, by whoever comes by.
local verdict = admit()
if verdict ~= 'ok' then return verdict end
if call('LLEN', KEYS[4]) ~= tonumber(ARGV[5]) then return 'unstaged' end
call('PERSIST', KEYS[4])
call('HSET', KEYS[1], 'to', ARGV[2], 'to_fence', ARGV[3], 'to_by', ARGV[4], 'steps', ARGV[5], 'stage', KEYS[4])
return verdict
