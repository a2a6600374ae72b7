-- Applies a batch in one step. ARGV[5] is the step.
local verdict, life = admit()
if verdict ~= 'ok' then return verdict end
call('HSET', KEYS[1], 'torn', '1')
apply(life, ARGV[5])
call('HSET', KEYS[1], 'at', ARGV[2], 'fence', ARGV[3], 'by', ARGV[4], 'torn', '0')
return verdict
