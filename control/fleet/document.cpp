// SPDX-License-Identifier: Apache-2.0
#include "fleet/document.h"

#include "fleet/codec.h"
#include "pki/certificate.h"
#include "pki/subject.h"
#include "trust/chain.h"
#include "trust/signature.h"
#include "trust/trust.h"

namespace bulkhead::control {

namespace {

Error malformed(wire::Fault fault) {
  return {ErrorCode::kInvalid, "fleet version: malformed at byte " + std::to_string(fault.offset) +
                                   ": " + std::string(wire::to_string(fault.kind))};
}

Result<pki::ChainPtr> read_chain(const std::vector<std::vector<uint8_t>>& chain) {
  pki::ChainPtr out{sk_X509_new_null()};
  for (const auto& der : chain) {
    auto certificate = pki::from_der(der);
    if (!certificate) return std::move(certificate).error().within("fleet version");
    sk_X509_push(out.get(), certificate->release());
  }
  return out;
}

// The name of the gateway whose chain this is.
Result<std::string> believed_gateway(const STACK_OF(X509) * sent, trust::Trust& trust,
                                     const std::string& trust_domain) {
  X509* const leaf = sk_X509_value(sent, 0);
  const auto refused = [&](const std::string& why) {
    return Error{ErrorCode::kPermission,
                 "the fleet's version is from \"" + pki::name_of(leaf) + "\": " + why};
  };
  const pki::ChainPtr untrusted = trust::share_chain(sent);
  const trust::BuiltChain built = trust::build_chain(*trust.credentials()->anchors(), leaf,
                                                     untrusted.get(), trust::ChainUse::kAny);
  if (!built.chain) return refused(built.sentence());
  if (const auto denial = trust.deny_list().denied(built.chain.get()))
    return refused(denial->sentence);
  const auto subject = pki::subject_of(leaf);
  if (!subject) return refused(subject.error().sentence);
  if (subject->kind != identity::SubjectKind::kGateway || subject->trust_domain != trust_domain)
    return refused(identity::to_string(*subject) + " is no gateway of " + trust_domain);
  return subject->name;
}

}  // namespace

Result<std::string> seal(const fleet::Version& version, const trust::Credentials& credentials) {
  auto statement = fleet::encode(version);
  if (!statement) return std::move(statement).error();
  fleet::SignedVersion out{std::move(*statement), {}, {}};
  for (const auto& certificate : credentials.chain())
    out.chain.push_back(pki::to_der(certificate.get()));
  auto signature = trust::sign(credentials.key(), fleet::message_of(out.statement));
  if (!signature) return std::move(signature).error().within("fleet version");
  out.signature = std::move(*signature);
  const auto bytes = fleet::encode(out);
  if (!bytes) return bytes.error();
  return std::string(bytes->begin(), bytes->end());
}

Result<fleet::Version> unseal(std::string_view bytes, trust::Trust& trust,
                              const std::string& trust_domain) {
  const auto sealed =
      fleet::decode_signed({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
  if (!sealed.ok()) return malformed(sealed.fault());
  const auto sent = read_chain(sealed->chain);
  if (!sent) return sent.error();
  const auto gateway = believed_gateway(sent->get(), trust, trust_domain);
  if (!gateway) return gateway.error();
  Status good = trust::check_signature(X509_get0_pubkey(sk_X509_value(sent->get(), 0)),
                                       fleet::message_of(sealed->statement), sealed->signature);
  if (!good) return std::move(good).error().within("fleet version from " + *gateway);
  const auto version = fleet::decode_version(sealed->statement);
  if (!version.ok()) return malformed(version.fault());
  if (version->gateway != *gateway)
    return Error{ErrorCode::kPermission, "the fleet's version says it is from " + version->gateway +
                                             ", and " + *gateway + " signed it"};
  return *version;
}

}  // namespace bulkhead::control
