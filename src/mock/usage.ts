/** The command line of the mock server, in words; apart from the code, so that `--help` loads nothing else. */

/** What `--help` tells of the command. */
export const mockUsage = `scim-bridge mock [FILE…] [OPTION…]   run a SCIM server on this machine until it is stopped

FILE is a mock file (*.scim-mock), or resources to start with: JSON, JSON Lines (.jsonl) or an HTTP Archive (.har).

Options of mock, which go over what the file says:
  --port N                  port; 0, the default, takes a free one
  --host ADDRESS            address to listen on (default 127.0.0.1)
  --vendor NAME             the service whose quirks it has
  --users N                 how many users are generated (default 0)
  --groups N                how many groups (default 0)
  --seed N                  which users: the same seed gives the same ones (default 1)
  --token-variable NAME     environment variable that holds the bearer token; without it and without \`auth\` in the
                            file, no token is asked for
  --certificates DIRECTORY  with \`tls: generated\`: where ca.pem, client.pem and client-key.pem are written
  --check                   only check the files: exit code 0, or 6 after a list of FILE:LINE:COLUMN: MESSAGE
  --log                     write a line for each request to standard error
  --json                    when ready, print {"url": …} on a line of its own instead of a sentence
  --until-stdin-closes      end when standard input does
`;
