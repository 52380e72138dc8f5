/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures of "salted" that differ in their padding, made with openssl(1). */
#ifndef SEVKIT_TESTS_RSA_VECTORS_H
#define SEVKIT_TESTS_RSA_VECTORS_H

/* Big-endian, as openssl prints and writes them; the exponent is 65537. */
#define PSS_MODULUS                                                            \
    "9f11376e145c938bb04fc9d039c0308747efd964d47919daa1ecc49d1314ddf50fb52da5" \
    "4a1df88cd1997aaa3e705658424eb189e9927fae69cb1690e0f16c85807741908c282327" \
    "4e993e54d797b98778bcc43ebd3259dc93eb76e7d012035acd135a9cbec7ea3c351deae6" \
    "c59e51239e58e3ec45b2fab8fde67a8669128a52ba7fa62870433fafde2e97164fd32e36" \
    "7a968521d4d5a203d053533a316c15edb819c1d1b065cf87a544fc26d0ccc953142520cb" \
    "ba87c6315a36c7d437bda6b76088fcd9d4b30e9fd0cd879f08307dd39b127a04e2c4f5b4" \
    "cf360a2f362bf4cc30ef49c3c79ca23356a5542e482c3fbea5bdaab08a362c4a4b8b8f9c" \
    "a9c201fb"

/* The form of AMD's certificates. */
#define PSS_SALT_32                                                            \
    "040367c7b32abf7a1d7406d3a3035a36adaa3c128d5e68c712677cdd7a57a90a7a86f57f" \
    "e058601e258c5c27747c9a18e1f6289c00fac72ebb9cd395c1f8face185b210669443bdc" \
    "a08a7c1b1aa2964c0e882807654619eb0fbc150dc621d99ecbbe716f73fc7e52079f177a" \
    "bec4eccaef29684f69cb7a18e2fc063b0be333580d980402e7648df1a85eb9816580b3b9" \
    "7acd55c9f895b1da76559755273650366df9dd5e71de1837da90e68de09c88451bf5652b" \
    "ef8e3dff46ec08d128423b8c7a225c4e9c04268a965cb33a7e9764f0736a711180ff77f3" \
    "20e9da0f593d7776ebf271fe6cc99ed244930bbf7cec4d449a7adfb514d7258dde61e7be" \
    "dacd3019"

/* Others: a salt of 20 bytes, none, MGF1 with SHA-1, PKCS #1 v1.5. */
#define PSS_SALT_20                                                            \
    "80fd021949b2e38ee07a11ebec1af6b5eb35a891efbd3f723d829e94eb584f0b24bb0f68" \
    "805fb3ba5f9fed4b968851ed75a75a7fed2c1a381962b3af8930bfd60baae393b4dc4c57" \
    "8e4a7869daddac887cc51714b274edde58e07efaf29b7b2bf0b4123668cce1584623d005" \
    "0c4fe242ddb56a1a5cdcd2a856b711afb744df7d7f2919bd0e4b3b0b001d1ecd8bcdce3d" \
    "f3071228a5c47c15bde2b35e96e932a0061cf8b9214bfdccae2c964d0138864ea74822b4" \
    "ced4ba6a3dc53ce1002c982fd06ab8c6ab7acd5ccddf3e1727ea443aef7ac324978a9a17" \
    "dc0df9b164fad25be7285c86da00362fc2facc426ccb21c9280d5aa57b3a9ef189e5644f" \
    "10a49bfe"

#define PSS_SALT_0                                                             \
    "39986318a815d97acdf3b44d1918e2a05b02aca04dfb6d074a227046d6d0fc3e2882c3c2" \
    "e33beb01d3de7100b834debd48cf8c49149b570f14eee8c37d561e7b46d5027443adf6e8" \
    "709035fc7da3d13b24c5d3516ba5c8dddee210f734d082ac3f5eb0a1f0e73af9559fafaa" \
    "ae81bfd4eaca12630c66096d001c1dfc0e7f9000affa6b704b636fb366f54cad01d1cd31" \
    "28097e4447f5e6e1eeff58979012fb87046f20cfa2e8d689619f8d593d4730e7d06a1b46" \
    "95fea46e051eda9152361f1be947fbfe212b9dd5415f371c387116deff0f1f6e807cf08b" \
    "9777171c9a368a7b21b58e3a6596fecf88bd088562dd10bebf925f7f3fec02523abb86dd" \
    "3057a39b"

#define PSS_MGF1_SHA1                                                          \
    "0483b0af9d8fa62c360d1ea7ca47c8da680dcd3714564c24ce76462dcec17cd44044c048" \
    "f143385eac2af99cfb184d9003e47b87d6679d1c1460d6085d19cd6b1ad51712f4d42ddb" \
    "e497b7bed7bad2ebb79b6e4fc4a5968e529e5e18e98d40c15ae2c29f4d45d316b1ef15f8" \
    "4bfff8107d64b43f49ee2d87a2e583e6ab1e67883ba0a3630a06d520af40719d2d60b5ba" \
    "1d2dd2b0678cf6c1f9c2d0fd6065f6f4b61715baa77836e571d04837c2bc276fa4cdb68e" \
    "ba11e75a5fd4dd7f752b6458e57686104f0039f8aa834a2823d2a03ded6e08aea45dde4a" \
    "5ca4865b5f28f91161af70a6d350caa2c55de7dffd3eaf10c654bdc041489f3d6b3ba551" \
    "29f5dcb2"

#define PKCS1_V15                                                              \
    "80bb41c3eff37bf986d50a936208a0ec049fa7587635eced49b0badaa365071fc6c0a8e1" \
    "c09d2cf5347c1a1af6c9d27b638a5ac0ea22aaefd541e01a3040037aa2caf375fcd9ab77" \
    "c08a6bcbb905cb46a553767248b6ae60be578388040b502d387ce05a5f433c62905aa86c" \
    "4023d7e9e43be6812ed6c60ad6960d1bcfd8699544d0ecadc5e0cc88c18c7a6788b3f647" \
    "58f5fb930bbd21c8152354ba000c7c87c54fa4d5d436379d7605bda96f1dc171ea42b3c0" \
    "30655fed638b7e8bce6e94b9bd78e3c02b6a9d81cfb5afebe0956bcb46acceb45558a697" \
    "aaad10479eb02c9b8329eb160f31c270867d6467d7435aef53a15a070d88ed80b23e039f" \
    "58cc0009"

#endif
