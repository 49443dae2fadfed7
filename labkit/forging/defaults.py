"""Secrets that programs were born with: what examples, templates and tutorials put there.

Our own list, not taken from a word list: the words by which people fill in a setting named
"secret" in order to get on with it, and the placeholders of well-known documentation. The blank
secret is the first: it is what a missing setting becomes.
"""

_SENTENCES = """
your-256-bit-secret
your-384-bit-secret
your-512-bit-secret
a-string-secret-at-least-256-bits-long
a-string-secret-at-least-384-bits-long
a-string-secret-at-least-512-bits-long
a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long
keep this secure
keep it secret
keep it secret, keep it safe
keep-this-secret
keep me secret
keyboard cat
correct horse battery staple
shhhhh
shhh
shhhhared-secret
this is a secret
this-is-a-secret
this is my secret
this is the secret
thisisasecret
thisismysecret
thisisasecretkey
this is not a secret
this-should-be-changed
this should be a secret
please change me
please-change-this
change this
change-this
change-this-secret
change me in production
change-me-in-production
changethisinproduction
change_this_to_a_random_secret
replace me
replace-me
replace-this-secret
do not use in production
don't use this in production
not for production
use a real secret here
use-env-var
insert your secret here
insert-secret-here
enter your secret
put your secret here
put-a-secret-here
my ultra secure jwt secret
my-ultra-secure-and-ultra-long-secret
my secret key
my super secret key
my-32-character-ultra-secure-and-ultra-long-secret
some random string
some-secret-value
some long random string
a random string
a long random string
a very long random string
very secret
very-secret-key
super secret key
the secret
it's a secret
nobody knows
you'll never guess
you will never guess
open sesame
gandalf was here
hello world
to be changed
not so secret
"""
_WORDS = """
secret
Secret
SECRET
secrets
secret1
secret123
secret_key
secret-key
secretKey
SecretKey
secretkey
SECRET_KEY
secretsecret
topsecret
top-secret
top_secret
supersecret
super-secret
super_secret
superSecret
supersecretkey
super-secret-key
mysecret
my-secret
my_secret
mySecret
mysecretkey
my-secret-key
my_secret_key
mySecretKey
yoursecret
your-secret
your_secret
your-secret-key
your_secret_key
your_jwt_secret
your-jwt-secret
yourSecretKey
yoursecretkey
jwt
JWT
jwtsecret
jwt-secret
jwt_secret
jwtSecret
JWT_SECRET
jwt_secret_key
JWT_SECRET_KEY
jwtkey
jwt-key
jwtSecretKey
my-jwt-secret
myjwtsecret
token
tokensecret
token-secret
token_secret
accesstokensecret
access_token_secret
refresh_token_secret
session_secret
sessionsecret
auth
authsecret
auth_secret
apikey
api-key
api_secret
app
appsecret
app_secret
app-secret
APP_SECRET
key
Key
mykey
my-key
signingkey
signing-key
signing_key
sharedsecret
shared-secret
hmackey
hs256
HS256
private
privatekey
private_key
public
changeme
change-me
change_me
changeMe
CHANGEME
CHANGE_ME
changeit
changethis
default
defaultsecret
default-secret
dev
dev-secret
dev_secret
development
devsecret
local
localhost
test
testing
test-secret
testsecret
test_secret
test123
staging
production
demo
example
example-secret
sample
placeholder
dummy
insecure
insecure-secret
unsafe
temp
temporary
todo
TODO
fixme
xxx
none
null
nil
undefined
None
false
true
admin
root
server
backend
nodejs
node
express
flask
django
django-insecure
laravel
rails
spring
nestjs
nextauth
fastapi
foo
bar
foobar
baz
abc
abc123
abcdef
qwerty
1234567890
12345678901234567890123456789012
0123456789abcdef0123456789abcdef
aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
00000000000000000000000000000000
somesecret
some-secret
some_secret
sosecret
randomstring
random-secret
verysecret
verysecretkey
veryverysecret
ultrasecret
password
Password
passw0rd
passphrase
letmein
p@ssw0rd
hunter2
"""

DEFAULTS: tuple[str, ...] = tuple(
    dict.fromkeys(["", *_WORDS.strip().split("\n"), *_SENTENCES.strip().split("\n")])
)
