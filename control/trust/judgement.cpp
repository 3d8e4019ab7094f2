// SPDX-License-Identifier: Apache-2.0
#include "trust/judgement.h"

#include <algorithm>
#include <limits>

#include "pki/certificate.h"
#include "store/trust_store.h"
#include "trust/deny_list.h"
#include "trust/deny_record.h"
#include "trust/trusted_clock.h"

namespace bulkhead::trust {

namespace {

bool refuse(Verdict& verdict, VerdictKind kind, int error, std::string sentence) {
  verdict.kind = kind;
  verdict.error = error;
  verdict.sentence = std::move(sentence);
  return false;
}

std::vector<X509*> elements_of(const Verdict& verdict) {
  std::vector<X509*> elements;
  for (int i = 0; i < sk_X509_num(verdict.chain.get()); ++i)
    elements.push_back(sk_X509_value(verdict.chain.get(), i));
  return elements;
}

std::string called(const X509* certificate, bool leaf) {
  return std::string(leaf ? "the certificate of gateway \"" : "the certificate of authority \"") +
         pki::name_of(certificate) + "\"";
}

void describe_leaf(Verdict& verdict, X509* leaf) {
  verdict.leaf_key = pki::spki_digest_of(leaf);
  verdict.leaf_not_before = pki::not_before(leaf);
  verdict.leaf_not_after = pki::not_after(leaf);
  if (Result<identity::SpiffeId> subject = pki::subject_of(leaf); subject.ok())
    verdict.subject = std::move(*subject);
}

// The expired element whose time was over first, or null.
X509* first_expired(const std::vector<X509*>& elements, std::time_t now) {
  X509* first = nullptr;
  for (X509* element : elements)
    if (pki::not_after(element) < now &&
        (first == nullptr || pki::not_after(element) < pki::not_after(first)))
      first = element;
  return first;
}

// Why the grace policy does not help this peer; empty when it does.
std::string no_grace(const Verdict& verdict, TrustStore& store, const GracePolicy& grace,
                     std::time_t expired, std::time_t now) {
  if (!grace.forever && grace.days == 0) return "the grace policy is none";
  Result<std::vector<KnownPeer>> known = store.known_peers(identity::to_string(*verdict.subject));
  if (!known.ok()) return "the store of known peers cannot be read: " + known.error().sentence;
  const bool there = std::ranges::any_of(
      *known, [&](const KnownPeer& peer) { return peer.key == verdict.leaf_key; });
  if (!there) return "this key was never seen valid here, so there is no grace for it";
  if (known->front().not_before > verdict.leaf_not_before)
    return "a newer certificate of this gateway was seen, dated " +
           time_text(known->front().not_before) + ", so there is no grace for the old one";
  const std::time_t end = expired + std::time_t{grace.days} * kDay;
  if (!grace.forever && now > end) return "its grace ended " + time_text(end);
  return {};
}

// When an accepted chain has to be judged again; 0: never.
std::time_t turning_point(const std::vector<X509*>& elements, const GracePolicy& grace,
                          std::time_t now) {
  constexpr std::time_t kNever = std::numeric_limits<std::time_t>::max();
  std::time_t turns = kNever;
  for (const X509* element : elements) {
    const std::time_t end = pki::not_after(element);
    if (end >= now)
      turns = std::min(turns, end);
    else if (!grace.forever)
      turns = std::min(turns, end + std::time_t{grace.days} * kDay);
  }
  return turns == kNever ? 0 : turns;
}

bool check_begun(Verdict& verdict, const std::vector<X509*>& elements, const TrustedClock& clock,
                 std::time_t now) {
  for (const X509* element : elements)
    verdict.latest_not_before = std::max(verdict.latest_not_before, pki::not_before(element));
  if (verdict.latest_not_before <= now + kSkew) return true;
  // Our clock is known to be wrong, and an authority vouches for a later time: believe that.
  if (clock.standing() == ClockStanding::kBehind && verdict.latest_not_before <= kMaxTime)
    return true;
  const auto late =
      std::ranges::max_element(elements, {}, [](X509* x) { return pki::not_before(x); });
  return refuse(verdict, VerdictKind::kNotYetValid, X509_V_ERR_CERT_NOT_YET_VALID,
                called(*late, late == elements.begin()) + " is valid from " +
                    time_text(verdict.latest_not_before) + " on, and it is " + time_text(now) +
                    " here: check the clock of this gateway and that of the authority");
}

}  // namespace

bool check_leaf(Verdict& verdict, X509* leaf, STACK_OF(X509) * untrusted, const Anchors& anchors,
                ChainUse use, pki::TlsRole peer_role) {
  if (leaf == nullptr)
    return refuse(verdict, VerdictKind::kBadChain, X509_V_ERR_UNSPECIFIED,
                  "there is no certificate");
  describe_leaf(verdict, leaf);
  BuiltChain built = build_chain(anchors, leaf, untrusted, use);
  if (!built.chain) {
    const bool foreign = built.foreign();
    const std::string where = "\"" + pki::name_of(leaf) + "\": " + built.sentence();
    verdict.subject.reset();  // nobody vouches for the name
    return refuse(verdict, foreign ? VerdictKind::kForeign : VerdictKind::kBadChain, built.error,
                  foreign
                      ? where + "; no configured root vouches for it: is its root in trust_anchors?"
                      : where);
  }
  verdict.chain = std::move(built.chain);
  if (Status usage = pki::check_usage(leaf, peer_role); !usage.ok())
    return refuse(verdict, VerdictKind::kBadChain, X509_V_ERR_INVALID_PURPOSE,
                  usage.error().sentence);
  if (!verdict.subject || verdict.subject->kind != identity::SubjectKind::kGateway)
    return refuse(verdict, VerdictKind::kBadChain, X509_V_ERR_APPLICATION_VERIFICATION,
                  verdict.subject ? "the certificate of " + identity::to_string(*verdict.subject) +
                                        " is not a gateway's"
                                  : pki::subject_of(leaf).error().sentence);
  std::vector<X509*> below_root = elements_of(verdict);
  below_root.pop_back();
  for (const X509* element : below_root)
    if (Result<std::vector<uint8_t>> serial = serial_of(element); !serial.ok())
      return refuse(verdict, VerdictKind::kBadChain, X509_V_ERR_APPLICATION_VERIFICATION,
                    serial.error().sentence);
  return true;
}

bool check_denied(Verdict& verdict, const DenyList& denied) {
  const std::optional<Denial> denial = denied.denied(verdict.chain.get());
  if (!denial) return true;
  return refuse(verdict, VerdictKind::kDenied, X509_V_ERR_CERT_REVOKED, denial->sentence);
}

void check_times(Verdict& verdict, const TrustedClock& clock, TrustStore& store,
                 const GracePolicy& grace) {
  const std::vector<X509*> elements = elements_of(verdict);
  const std::time_t now = clock.now();
  if (!check_begun(verdict, elements, clock, now)) return;
  X509* const expired = first_expired(elements, now);
  if (expired == nullptr) {
    verdict.kind = VerdictKind::kAccepted;
    verdict.error = X509_V_OK;
    verdict.ends_at = turning_point(elements, grace, now);
    return;
  }
  const std::time_t end = pki::not_after(expired);
  const std::string what = called(expired, expired == elements.front()) + " expired " +
                           time_text(end) + " (it is " + time_text(now) + " here)";
  const std::string why = no_grace(verdict, store, grace, end, now);
  if (!why.empty()) {
    refuse(verdict, VerdictKind::kExpired, X509_V_ERR_CERT_HAS_EXPIRED,
           what + "; " + why + ": renew it, and check the clock of this gateway");
    return;
  }
  verdict.kind = VerdictKind::kInGrace;
  verdict.error = X509_V_OK;
  verdict.ends_at = turning_point(elements, grace, now);
  verdict.sentence =
      what + "; accepted by the grace policy " +
      (grace.forever ? "without end" : "until " + time_text(end + std::time_t{grace.days} * kDay)) +
      ": renew it";
}

}  // namespace bulkhead::trust
