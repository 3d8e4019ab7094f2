// SPDX-License-Identifier: Apache-2.0
#include "trust_fixture.h"

#include <openssl/err.h>
#include <sys/socket.h>

#include <array>
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>

#include "base/unique_fd.h"

namespace bulkhead::trust {

namespace {

using ContextPtr = std::unique_ptr<SSL_CTX, pki::FreeWith<SSL_CTX_free>>;
using SslPtr = std::unique_ptr<SSL, pki::FreeWith<SSL_free>>;

Party make(pki::CertificateUse use, const std::string& name, int path_length, Span span,
           const Party* issuer, EVP_PKEY* key) {
  Party party;
  if (key != nullptr) {
    EVP_PKEY_up_ref(key);
    party.key.reset(key);
  } else {
    party.key = std::move(*pki::generate_p256());
  }
  pki::CertificateSpec spec;
  spec.use = use;
  spec.common_name = name;
  spec.path_length = path_length;
  if (use == pki::CertificateUse::kGateway) spec.spiffe = *identity::gateway_id("bulkhead", name);
  spec.not_before = span.from;
  spec.not_after = span.to;
  std::optional<pki::Issuer> by;
  if (issuer != nullptr) by = pki::Issuer{issuer->x(), issuer->key.get()};
  party.certificate = std::move(*pki::issue(spec, party.key.get(), by));
  party.chain = {party.x()};
  if (issuer != nullptr)
    party.chain.insert(party.chain.end(), issuer->chain.begin(), issuer->chain.end());
  return party;
}

void on_alert(const SSL* ssl, int where, int value) {
  if ((where & SSL_CB_WRITE_ALERT) == SSL_CB_WRITE_ALERT)
    static_cast<Side*>(SSL_get_app_data(ssl))->alert_sent = value & 0xff;
}

ContextPtr context_of(Node& node, const Party& shows) {
  ContextPtr context{SSL_CTX_new(TLS_method())};
  SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
  SSL_CTX_set_num_tickets(context.get(), 0);
  SSL_CTX_set_info_callback(context.get(), on_alert);
  REQUIRE(node.verifier->install(context.get()).ok());
  REQUIRE(SSL_CTX_use_certificate(context.get(), shows.x()) == 1);
  REQUIRE(SSL_CTX_use_PrivateKey(context.get(), shows.key.get()) == 1);
  for (size_t i = 1; i + 1 < shows.chain.size(); ++i)
    REQUIRE(SSL_CTX_add1_chain_cert(context.get(), shows.chain[i]) == 1);
  return context;
}

SslPtr connection(SSL_CTX* context, int fd, Side& side, bool client) {
  SslPtr ssl{SSL_new(context)};
  SSL_set_app_data(ssl.get(), &side);
  SSL_set_fd(ssl.get(), fd);
  client ? SSL_set_connect_state(ssl.get()) : SSL_set_accept_state(ssl.get());
  return ssl;
}

// False when the side has failed.
bool step(SSL* ssl) {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl);
  if (result == 1) {
    char byte = 0;
    const int got = SSL_read(ssl, &byte, 1);  // the other's refusal comes after our Finished
    const int why = SSL_get_error(ssl, got);
    ERR_clear_error();
    return why == SSL_ERROR_WANT_READ;
  }
  const int why = SSL_get_error(ssl, result);
  ERR_clear_error();
  return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE;
}

void conclude(Node& node, SSL* ssl, Side& side, bool alive) {
  side.done = alive && SSL_is_init_finished(ssl) == 1;
  if (const Verdict* verdict = PeerVerifier::verdict_of(ssl)) {
    side.verdict = verdict->kind;
    side.sentence = verdict->sentence;
    if (verdict->subject) side.subject = verdict->subject->name;
  }
  if (side.done) REQUIRE(node.verifier->handshake_done(ssl).ok());
}

}  // namespace

TempDir::TempDir() {
  std::string path = "/tmp/bulkhead-trust-XXXXXX";
  REQUIRE(::mkdtemp(path.data()) != nullptr);
  path_ = path;
}
TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Party make_root(const std::string& name, Span span) {
  return make(pki::CertificateUse::kAuthority, name, 1, span, nullptr, nullptr);
}
Party make_issuer(const Party& root, const std::string& name, Span span) {
  return make(pki::CertificateUse::kAuthority, name, 0, span, &root, nullptr);
}
Party make_gateway(const Party& issuer, const std::string& name, Span span, EVP_PKEY* key) {
  return make(pki::CertificateUse::kGateway, name, 0, span, &issuer, key);
}

AnchorsPtr anchors_of(const std::vector<const Party*>& roots) {
  std::vector<pki::CertificatePtr> list;
  for (const Party* root : roots) {
    X509_up_ref(root->x());
    list.emplace_back(root->x());
  }
  return *Anchors::of(std::move(list));
}

Node::Node(const std::vector<const Party*>& roots, GracePolicy policy, std::time_t now)
    : clock(now), anchors(anchors_of(roots)), grace(policy) {
  restart();
}

void Node::restart() {
  verifier.reset();
  denied.reset();
  time.reset();
  store.reset();
  alarms = std::make_unique<Alarms>();
  store = std::move(*TrustStore::open(directory.file("trust.db")));
  time = std::move(*TrustedClock::open(clock, *store, *alarms));
  denied = std::move(*DenyList::open(*store, anchors, *time, *alarms));
  verifier = std::make_unique<PeerVerifier>(PeerVerifier::Parts{*store, *time, *denied, *alarms},
                                            anchors, grace);
}

Result<AcceptedDeny> Node::deny(const Party& signer, const DenyTarget& target, uint64_t number,
                                const std::string& reason) {
  return denied->accept(record_bytes(signer, {number, kToday, target, "gw-x", reason}));
}

std::string Node::judge(const Party& peer) const {
  ChainPtr chain{sk_X509_new_null()};
  for (X509* certificate : peer.chain) {
    X509_up_ref(certificate);
    sk_X509_push(chain.get(), certificate);
  }
  return std::string(to_string(verifier->verdict_now(chain.get(), pki::TlsRole::kClient).kind));
}

Meeting meet(Node& client, const Party& client_shows, Node& server, const Party& server_shows) {
  std::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> fds{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds.data()) == 0);
  const UniqueFd ours{fds[0]};
  const UniqueFd theirs{fds[1]};
  const ContextPtr client_context = context_of(client, client_shows);
  const ContextPtr server_context = context_of(server, server_shows);
  Meeting meeting;
  const SslPtr a = connection(client_context.get(), ours.get(), meeting.client, true);
  const SslPtr b = connection(server_context.get(), theirs.get(), meeting.server, false);
  bool client_lives = true;
  bool server_lives = true;
  for (int turn = 0; turn < 10; ++turn) {  // more than any handshake needs
    if (client_lives) client_lives = step(a.get());
    if (server_lives) server_lives = step(b.get());
  }
  conclude(client, a.get(), meeting.client, client_lives);
  conclude(server, b.get(), meeting.server, server_lives);
  return meeting;
}

std::vector<uint8_t> record_bytes(const Party& signer, const DenyRecord& record) {
  Result<std::vector<uint8_t>> bytes = make_deny_record(signer.key.get(), signer.chain, record);
  REQUIRE(bytes.ok());
  return *bytes;
}

bool alarmed(const Node& node, AlarmKind kind) {
  for (const Alarm& alarm : node.alarms->standing())
    if (alarm.kind == kind) return true;
  return false;
}

}  // namespace bulkhead::trust
