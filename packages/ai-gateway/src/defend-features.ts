// The features of the namespace defend, by name. Written from their definitions: change those, then run "npm run docs".

export interface DefendFeatures {
  /**
   * Tells the events of an investigation as the narrative of an attack, each sentence with its evidence
   */
  'attack-narrative': {
    input: {
      investigation: {
        id: string
        title: string
      }
      /**
       * @minItems 1
       * @maxItems 300
       */
      events: {
        /**
         * How the answer refers to it: a path, a number, a key
         */
        id: string
        at: string
        kind:
          | 'process-started'
          | 'file-written'
          | 'network-connection'
          | 'logon'
          | 'privilege-change'
          | 'persistence-created'
          | 'credential-access'
          | 'data-sent'
          | 'detection'
        device: string
        user?: string
        process?: string
        parentProcess?: string
        commandLine?: string
        /**
         * The file, host, address or key that it was done to
         */
        target?: string
        /**
         * Of a logon: where it came from
         */
        fromDevice?: string
        technique?: {
          id: string
          name: string
        }
      }[]
    }
    /**
     * The narrative of an attack, each sentence with the events it rests on
     */
    output: {
      /**
       * What happened, in the order of time
       *
       * @minItems 1
       * @maxItems 60
       */
      sentences: {
        text: string
        /**
         * Ids of the sources it rests on
         *
         * @minItems 1
         * @maxItems 20
         */
        evidence: string[]
      }[]
      /**
       * Techniques of MITRE ATT&CK that the events name
       *
       * @maxItems 60
       */
      techniques: {
        id: string
        name: string
        /**
         * Ids of the sources it rests on
         *
         * @minItems 1
         * @maxItems 20
         */
        evidence: string[]
      }[]
    }
  }
}
