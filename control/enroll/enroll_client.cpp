// SPDX-License-Identifier: Apache-2.0
#include "enroll/enroll_client.h"

#include <algorithm>

#include "enroll/enroll_channel.h"
#include "enroll/signing_request.h"
#include "mesh/signal_fd.h"
#include "mesh/sockets.h"
#include "pki/subject.h"

namespace bulkhead::enroll {

namespace {

constexpr int64_t kNanoseconds = 1'000'000'000;

// A connection whose server is the issuer.
Result<EnrollChannel> open_channel(const Connection& to, const ClientCredentials& credentials,
                                   ServerJudge& judge) {
  Result<SslContextPtr> context = client_context(credentials, judge);
  if (!context) return std::move(context).error();
  const uint64_t deadline = to.clock.now().steady_ns + kEnrollDeadline;
  const IpAddress any = to.issuer.ip.is_v4() ? IpAddress::v4(0) : IpAddress{};
  Result<UniqueFd> fd = control::connect_to(any, to.issuer, to.clock, deadline, to.stop_fd);
  if (!fd) return Error{ErrorCode::kUnavailable, fd.error().sentence};
  Result<EnrollChannel> channel = EnrollChannel::over(
      std::move(*fd), context->get(), EnrollChannel::Side::kClient, to.clock, deadline, to.stop_fd);
  if (!channel) return channel;
  if (Status shaken = channel->handshake(); !shaken) {
    if (!judge.why.empty()) return Error{ErrorCode::kPermission, judge.why};
    return std::move(shaken).error();
  }
  if (!alpn_agreed(channel->ssl()))
    return Error{ErrorCode::kPermission, to_string(to.issuer) + " speaks another protocol"};
  return channel;
}

Result<mesh::Issued> ask(EnrollChannel& channel, const mesh::EnrollMessage& question) {
  if (Status sent = channel.send(question); !sent) return std::move(sent).error();
  Result<mesh::EnrollMessage> answer = channel.receive();
  if (!answer) return std::move(answer).error();
  channel.close();
  if (auto* issued = std::get_if<mesh::Issued>(&*answer)) return std::move(*issued);
  if (const auto* refusal = std::get_if<mesh::EnrollRefusal>(&*answer))
    return Error{
        refusal->code == mesh::EnrollRefusalCode::kBusy ? ErrorCode::kUnavailable
                                                        : ErrorCode::kPermission,
        "the issuer refuses (" + std::string(to_string(refusal->code)) + "): " + refusal->text};
  return Error{ErrorCode::kInvalid, "the issuer answered with a " + std::string(name_of(*answer)) +
                                        ", which is no answer"};
}

Result<std::vector<pki::CertificatePtr>> open_all(const std::vector<mesh::Der>& list) {
  std::vector<pki::CertificatePtr> certificates;
  for (const mesh::Der& der : list) {
    Result<pki::CertificatePtr> one = certificate_of(der);
    if (!one) return std::move(one).error().within("the issuer's answer");
    certificates.push_back(std::move(*one));
  }
  return certificates;
}

bool contains(const std::vector<identity::SpkiDigest>& digests, const identity::SpkiDigest& one) {
  return std::ranges::find(digests, one) != digests.end();
}

bool is_root(X509* certificate) {
  return X509_self_signed(certificate, 1) == 1 && X509_check_ca(certificate) == 1;
}

// True when a trusted root certified this root's key.
bool endorsed(X509* root, const std::vector<pki::CertificatePtr>& endorsements,
              const std::vector<X509*>& trusted) {
  const identity::SpkiDigest key = key_digest(root);
  return std::ranges::any_of(endorsements, [&](const pki::CertificatePtr& endorsement) {
    if (key_digest(endorsement.get()) != key || X509_check_ca(endorsement.get()) != 1) return false;
    return std::ranges::any_of(trusted, [&](X509* by) {
      return X509_check_issued(by, endorsement.get()) == X509_V_OK &&
             X509_verify(endorsement.get(), X509_get0_pubkey(by)) == 1;
    });
  });
}

std::time_t seconds(const Clock& clock) {
  return clock.now().wall_ns / kNanoseconds;
}

pki::ChainPtr stack_of(const std::vector<pki::CertificatePtr>& chain) {
  pki::ChainPtr stack{sk_X509_new_null()};
  for (const auto& certificate : chain) {
    X509_up_ref(certificate.get());
    sk_X509_push(stack.get(), certificate.get());
  }
  return stack;
}

}  // namespace

Result<NewCredentials> check_issued(const mesh::Issued& issued,
                                    const std::vector<identity::SpkiDigest>& trusted,
                                    const identity::SpiffeId& subject, EVP_PKEY* key,
                                    std::time_t now) {
  auto chain = open_all(issued.chain);
  auto anchors = open_all(issued.anchors);
  auto endorsements = open_all(issued.endorsements);
  if (!chain) return std::move(chain).error();
  if (!anchors) return std::move(anchors).error();
  if (!endorsements) return std::move(endorsements).error();
  std::vector<X509*> believed;
  for (const auto& anchor : *anchors)
    if (is_root(anchor.get()) && contains(trusted, key_digest(anchor.get())))
      believed.push_back(anchor.get());
  if (believed.empty())
    return Error{ErrorCode::kPermission, "the answer holds no root that is trusted here"};
  X509* const leaf = chain->front().get();
  if (EVP_PKEY_eq(X509_get0_pubkey(leaf), key) != 1)
    return Error{ErrorCode::kInvalid, "the certificate is for another key than the one here"};
  const auto named = pki::subject_of(leaf);
  if (!named) return named.error();
  if (*named != subject)
    return Error{ErrorCode::kInvalid, "the certificate is for " + to_string(*named) +
                                          ", but this gateway is " + to_string(subject)};
  const pki::ChainPtr others = stack_of(*chain);
  for (const int purpose : {X509_PURPOSE_SSL_SERVER, X509_PURPOSE_SSL_CLIENT})
    if (Status good = verify_chain(leaf, others.get(), believed, purpose, now); !good)
      return std::move(good).error().within("the certificate issued to us is refused");
  NewCredentials credentials;
  for (auto& anchor : *anchors)
    if (std::ranges::find(believed, anchor.get()) != believed.end() ||
        (is_root(anchor.get()) && endorsed(anchor.get(), *endorsements, believed)))
      credentials.anchors.push_back(std::move(anchor));
  credentials.chain = std::move(*chain);
  return credentials;
}

Result<NewCredentials> join(const Connection& connection, const JoinToken& token,
                            const identity::SpiffeId& subject, EVP_PKEY* key) {
  const std::time_t now = seconds(connection.clock);
  ServerJudge judge({subject.trust_domain, token.root, nullptr, now, {}});
  Result<std::vector<uint8_t>> request = make_request(key, subject);
  if (!request) return std::move(request).error();
  Result<EnrollChannel> channel = open_channel(connection, {}, judge);
  if (!channel) return std::move(channel).error();
  Result<ChannelBinding> binding = channel_binding(channel->ssl());
  if (!binding) return std::move(binding).error();
  Result<mesh::TokenProof> proof = prove(token, {*binding, subject.name, *request});
  if (!proof) return std::move(proof).error();
  Result<mesh::Issued> issued =
      ask(*channel, mesh::JoinRequest{token.id, *proof, subject.name, std::move(*request)});
  if (!issued) return std::move(issued).error();
  return check_issued(*issued, {token.root}, subject, key, now);
}

Result<NewCredentials> renew(const Connection& connection, const CurrentCredentials& current,
                             EVP_PKEY* key) {
  ServerJudge judge(
      {current.subject.trust_domain, {}, &current.anchors, current.now, current.denied});
  Result<std::vector<uint8_t>> request = make_request(key, current.subject);
  if (!request) return std::move(request).error();
  Result<EnrollChannel> channel = open_channel(connection, {&current.chain, current.key}, judge);
  if (!channel) return std::move(channel).error();
  Result<mesh::Issued> issued = ask(*channel, mesh::RenewRequest{std::move(*request)});
  if (!issued) return std::move(issued).error();
  std::vector<identity::SpkiDigest> trusted;
  for (const auto& anchor : current.anchors) trusted.push_back(key_digest(anchor.get()));
  return check_issued(*issued, trusted, current.subject, key, current.now);
}

}  // namespace bulkhead::enroll
