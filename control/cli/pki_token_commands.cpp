// SPDX-License-Identifier: Apache-2.0
// pki token, tokens, cancel, renew: at the running control.
#include <iostream>

#include "base/span_text.h"
#include "cli/pki_commands.h"

namespace bulkhead::cli {

namespace {

std::string time_of(bool there, const google::protobuf::Timestamp& time) {
  return there ? local_time(time.seconds(), 0, TimeStyle::kDate) : "";
}

void print(const v1::ListJoinTokensResponse& list) {
  if (list.tokens().empty()) {
    std::cout << "no join tokens\n";
    return;
  }
  Table table({{"ID"}, {"GATEWAY"}, {"STATE"}, {"MADE BY"}, {"EXPIRES"}, {"USED"}, {"FROM"}});
  for (const v1::JoinTokenEntry& token : list.tokens())
    table.add({token.id(), token.gateway(), token.state(), token.author(),
               time_of(token.has_expires(), token.expires()),
               time_of(token.has_used(), token.used()), token.used_from()});
  std::cout << table.text();
}

void print(const v1::CreateJoinTokenResponse& made) {
  std::cout << made.token() << "\n";
  std::cerr << "good once, until " << time_of(true, made.expires()) << "; id " << made.id()
            << ".\nIt is shown only now. On the new gateway:\n"
               "  bulkhead enroll --issuer HOST:PORT --token TOKEN --dir /etc/bulkhead\n";
}
void print(const v1::CancelJoinTokenResponse&) {
  std::cout << "cancelled\n";
}
void print(const v1::RenewResponse&) {
  std::cout << "renewal is under way: see `bulkhead pki status`\n";
}

template <typename T>
int finish(const Session& session, const Answer<T>& answer) {
  if (const auto* error = std::get_if<CallError>(&answer)) return report(*error);
  if (session.json)
    print_json(std::get<T>(answer));
  else
    print(std::get<T>(answer));
  return kOk;
}

}  // namespace

int run_pki_token(const Session& session, const TokenArguments& arguments) {
  const auto ttl = seconds_of(arguments.ttl);
  if (!ttl) {
    std::cerr << "bulkhead pki token: --ttl: a number and s, m, h or d, as in 24h\n";
    return kUsage;
  }
  v1::CreateJoinTokenRequest request;
  request.set_gateway(arguments.gateway);
  request.set_ttl_s(*ttl);
  return finish(session, ApiClient(session.place).create_join_token(request));
}

int run_pki_tokens(const Session& session) {
  return finish(session, ApiClient(session.place).join_tokens());
}

int run_pki_cancel(const Session& session, const std::string& id) {
  v1::CancelJoinTokenRequest request;
  request.set_id(id);
  return finish(session, ApiClient(session.place).cancel_join_token(request));
}

int run_pki_renew(const Session& session) {
  return finish(session, ApiClient(session.place).renew());
}

}  // namespace bulkhead::cli
