// SPDX-License-Identifier: Apache-2.0
#include "fleet/document.h"

#include "fleet/codec.h"
#include "fleet/order_codec.h"
#include "pki/certificate.h"
#include "pki/subject.h"
#include "trust/chain.h"
#include "trust/signature.h"
#include "trust/trust.h"

namespace bulkhead::control {

namespace {

Error malformed(wire::Fault fault) {
  return {ErrorCode::kInvalid, "what the fleet's store holds is malformed at byte " +
                                   std::to_string(fault.offset) + ": " +
                                   std::string(wire::to_string(fault.kind))};
}

Result<pki::ChainPtr> read_chain(const std::vector<std::vector<uint8_t>>& chain) {
  pki::ChainPtr out{sk_X509_new_null()};
  for (const auto& der : chain) {
    auto certificate = pki::from_der(der);
    if (!certificate) return std::move(certificate).error().within("fleet");
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
                 "what the fleet's store holds is from \"" + pki::name_of(leaf) + "\": " + why};
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

Result<std::string> sealed(std::vector<uint8_t> statement, std::string_view context,
                           const trust::Credentials& credentials) {
  fleet::SignedStatement out{std::move(statement), {}, {}};
  for (const auto& certificate : credentials.chain())
    out.chain.push_back(pki::to_der(certificate.get()));
  auto signature = trust::sign(credentials.key(), fleet::message_of(context, out.statement));
  if (!signature) return std::move(signature).error().within("fleet");
  out.signature = std::move(*signature);
  const auto bytes = fleet::encode(out);
  if (!bytes) return bytes.error();
  return std::string(bytes->begin(), bytes->end());
}

struct Believed {
  std::vector<uint8_t> statement;
  std::string gateway;  // that signed it
};
Result<Believed> believed(std::string_view bytes, std::string_view context, trust::Trust& trust,
                          const std::string& trust_domain) {
  const auto sealed =
      fleet::decode_signed({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
  if (!sealed.ok()) return malformed(sealed.fault());
  const auto sent = read_chain(sealed->chain);
  if (!sent) return sent.error();
  auto gateway = believed_gateway(sent->get(), trust, trust_domain);
  if (!gateway) return std::move(gateway).error();
  Status good =
      trust::check_signature(X509_get0_pubkey(sk_X509_value(sent->get(), 0)),
                             fleet::message_of(context, sealed->statement), sealed->signature);
  if (!good) return std::move(good).error().within("the fleet's store, as from " + *gateway);
  return Believed{sealed->statement, std::move(*gateway)};
}

Status check_maker(const std::string& named, const std::string& signer) {
  if (named == signer) return {};
  return Error{ErrorCode::kPermission, "the fleet's store holds what says it is from " + named +
                                           ", and " + signer + " signed it"};
}

}  // namespace

Result<std::string> seal(const fleet::Version& version, const trust::Credentials& credentials) {
  auto statement = fleet::encode(version);
  if (!statement) return std::move(statement).error();
  return sealed(std::move(*statement), fleet::kVersionContext, credentials);
}

Result<std::string> seal(const fleet::Order& order, const trust::Credentials& credentials) {
  auto statement = fleet::encode(order);
  if (!statement) return std::move(statement).error();
  return sealed(std::move(*statement), fleet::kOrderContext, credentials);
}

Result<fleet::Version> unseal(std::string_view bytes, trust::Trust& trust,
                              const std::string& trust_domain) {
  const auto document = believed(bytes, fleet::kVersionContext, trust, trust_domain);
  if (!document) return document.error();
  const auto version = fleet::decode_version(document->statement);
  if (!version.ok()) return malformed(version.fault());
  if (Status made = check_maker(version->gateway, document->gateway); !made)
    return std::move(made).error();
  return *version;
}

Result<fleet::Order> unseal_order(std::string_view bytes, trust::Trust& trust,
                                  const std::string& trust_domain) {
  const auto document = believed(bytes, fleet::kOrderContext, trust, trust_domain);
  if (!document) return document.error();
  const auto order = fleet::decode_order(document->statement);
  if (!order.ok()) return malformed(order.fault());
  if (Status made = check_maker(order->gateway, document->gateway); !made)
    return std::move(made).error();
  return *order;
}

}  // namespace bulkhead::control
