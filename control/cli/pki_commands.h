// SPDX-License-Identifier: Apache-2.0
// `bulkhead pki ...` and `bulkhead enroll ...`: words to functions. Each function asks or works on
// files, prints, and returns the exit status of output.h.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "cli/commands.h"

namespace CLI {
class App;
}

namespace bulkhead::cli {

// Add the sub-commands; what was typed is put into `command`, to be run after parsing. `session`
// and `command` outlive the parsing.
void add_pki_commands(CLI::App& app, const Session& session, std::function<int()>& command);
void add_enroll_commands(CLI::App& app, const Session& session, std::function<int()>& command);

// --- at a control that is the issuer (API)
struct TokenArguments {
  std::string gateway;
  std::string ttl = "24h";
};
int run_pki_token(const Session& session, const TokenArguments& arguments);
int run_pki_tokens(const Session& session);
int run_pki_cancel(const Session& session, const std::string& id);
int run_pki_renew(const Session& session);

// --- status: of this gateway's control (API), or of a PKI directory when `pki` is given
int run_pki_status(const Session& session, const std::string& pki);

// --- on the owner's PKI directory
struct PkiInitArguments {
  std::string directory = "/etc/bulkhead/pki";
  std::string trust_domain = "bulkhead";
  uint32_t root_days = 20 * 365;
  uint32_t issuer_days = 10 * 365;
  bool force = false;
  bool new_root = false;
};
int run_pki_init(const PkiInitArguments& arguments);

struct SignArguments {
  std::string request;
  std::string gateway;  // must be the request's
  std::string pki = "/etc/bulkhead/pki";
  std::string out;
  std::string trust_domain = "bulkhead";
  uint32_t days = 397;
  int authority = 0;  // 0: the first; n: issuing-ca-n
};
int run_pki_sign(const SignArguments& arguments);

struct DenyArguments {
  std::string pki = "/etc/bulkhead/pki";
  std::string certificate;  // one of these three
  std::string serial;
  std::string key_of;
  uint64_t number = 0;
  std::string gateway;
  std::string reason;
  std::string out;
  int authority = 0;
  bool by_root = false;
};
int run_pki_deny(const DenyArguments& arguments);

// --- on a gateway
struct EnrollArguments {
  std::string issuer;  // HOST:PORT
  std::string token;
  std::string directory = "/etc/bulkhead";
  std::string gateway;       // empty: as in DIRECTORY/control.yaml
  std::string trust_domain;  // likewise
  std::string key;           // pkcs11: URI; empty: a new P-256 key in DIRECTORY/gateway.key
  bool force = false;
};
int run_enroll(const EnrollArguments& arguments);

struct RequestArguments {
  EnrollArguments common;
  std::string out;
};
int run_enroll_request(const RequestArguments& arguments);

struct AcceptArguments {
  EnrollArguments common;
  std::string response;
  std::string root;  // digest of the root's key, hexadecimal
};
int run_enroll_accept(const AcceptArguments& arguments);

}  // namespace bulkhead::cli
